import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { KERNEL_NAME } from './kernel-name';

/** The content of a Jupyter connection file. */
export interface Connection {
  readonly transport: 'tcp' | 'ipc';
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly signature_scheme: 'hmac-sha256';
  readonly key: string;
  readonly kernel_name: string;
}

/** The address of one of its ports, as ZeroMQ writes it. */
export function addressOf({ transport, ip }: Connection, port: number): string {
  return `${transport}://${ip}${transport === 'ipc' ? '-' : ':'}${port}`;
}

/**
 * A fresh key, and ports of 127.0.0.1 that were free a moment ago. Another process may take one before the kernel binds it;
 * the kernel then exits at once and the caller tries again with new ones.
 */
export async function newConnection(): Promise<Connection> {
  // All held at once, so that they differ.
  const servers = Array.from({ length: 5 }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const [shell, iopub, stdin, control, heartbeat] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return {
    transport: 'tcp',
    ip: '127.0.0.1',
    shell_port: shell ?? 0,
    iopub_port: iopub ?? 0,
    stdin_port: stdin ?? 0,
    control_port: control ?? 0,
    hb_port: heartbeat ?? 0,
    signature_scheme: 'hmac-sha256',
    key: randomUUID(),
    kernel_name: KERNEL_NAME,
  };
}
