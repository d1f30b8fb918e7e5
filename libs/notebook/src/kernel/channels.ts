import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Publisher, Reply, Router } from 'zeromq';
import { addressOf, type Connection } from '../protocol/connection';
import { answer, decodeMessage, encodeMessage, routeOf, type Header, type Message } from '../protocol/messages';

/** A message from a frontend, and the way back to it. */
export interface Request extends Message {
  reply(type: string, content: Message['content'], metadata?: Message['metadata']): void;
}

/** The kernel's end of Jupyter's sockets. */
export interface Channels {
  /** Sends on iopub, to every frontend, on behalf of the request with header `parent`. */
  publish(type: string, parent: Partial<Header>, content: Message['content'], metadata?: Message['metadata']): void;
  /** Closes the sockets on which frontends ask; iopub goes on. */
  closeRequests(): void;
}

/** Binds the sockets of a connection file. `onShell` gets work, `onControl` what is to be heard while work is under way. Throws if a port is taken. */
export async function bindChannels(
  connection: Connection,
  onShell: (request: Request) => void,
  onControl: (request: Request) => void,
): Promise<Channels> {
  const { key } = connection;
  const session = randomUUID();
  const address = (port: number): string => addressOf(connection, port);
  // By default zeromq.js refuses more than 512 messages in one turn of the event loop, and a publisher drops what exceeds its queue of 1000: a loop that
  // prints a lot would lose lines.
  const unbounded = { sendTimeout: 0, sendHighWaterMark: 0 };
  const iopub = new Publisher(unbounded);
  const [shell, control, stdin] = [new Router(unbounded), new Router(unbounded), new Router(unbounded)];
  const heartbeat = new Reply();
  await Promise.all([
    iopub.bind(address(connection.iopub_port)),
    shell.bind(address(connection.shell_port)),
    control.bind(address(connection.control_port)),
    stdin.bind(address(connection.stdin_port)),
    heartbeat.bind(address(connection.hb_port)),
  ]);
  const read = async (socket: Router, onRequest: (request: Request) => void): Promise<void> => {
    for await (const frames of socket) {
      const message = decodeMessage(frames, key);
      // What is not signed with our key is not from a frontend.
      if (!message) continue;
      const route = routeOf(frames);
      onRequest({
        ...message,
        reply(type, content, metadata) {
          void socket.send(encodeMessage(answer(message.header, type, content, session, metadata), key, route)).catch(() => undefined);
        },
      });
    }
  };
  void read(shell, onShell);
  void read(control, onControl);
  void echo(heartbeat);
  return {
    publish(type, parent, content, metadata) {
      void iopub.send(encodeMessage(answer(parent, type, content, session, metadata), key)).catch(() => undefined);
    },
    closeRequests: () => [shell, control, stdin, heartbeat].forEach((socket) => socket.close()),
  };
}

async function echo(heartbeat: Reply): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/** Lets what was sent last leave the sockets. */
export const flushed = (): Promise<void> => sleep(50);
