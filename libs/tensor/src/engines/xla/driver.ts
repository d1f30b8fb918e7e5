import { cpus } from 'node:os';
import { join } from 'node:path';
import { xlaCompiler } from '../../xla/compiler';
import { PjrtClient } from '../../xla/pjrt/client';
import { PjrtPlugin } from '../../xla/pjrt/plugin';
import { Device } from '../../xla/run/device';
import { ProgramCache } from '../../xla/run/program-cache';
import { askedPrecision } from '../../precision';
import { threadCount } from '../../threads';
import { UserError } from '../../user-error';
import { cacheFolder } from '../cache-folder';
import { cudaCard } from '../cuda';
import type { EngineDriver } from '../driver';
import { wasm } from '../wasm/driver';
import { closeAtExit } from './exit';
import { findPlugin } from './find-plugin';
import { PLATFORMS, type XlaPlatform } from './platforms';

const devices = new Map<string, Device>();

/** XLA for what is compiled, such as training steps; all else runs operation by operation on `wasm`. */
function xlaOn(platform: XlaPlatform): EngineDriver {
  return {
    backend: wasm.backend,
    compiler: xlaCompiler(() => deviceOf(platform)),
    version: () => `${findPlugin(platform).version}${flags()}; uncompiled operations on wasm ${wasm.version()}`,
    precision: askedPrecision,
    ...(platform !== 'cpu' && { device: () => (platform === 'cuda' ? cudaCard('xla:cuda') : platform) }),
    probe: () => Promise.resolve(void plugins(findPlugin(platform).path)),
    async start(kernels) {
      deviceOf(platform);
      await wasm.start(kernels);
    },
  };
}

/** What the user's environment asks of XLA beside our options, with a comma before it: it can change results. */
function flags(): string {
  const asked = process.env['XLA_FLAGS'];
  return asked ? `, ${asked}` : '';
}

const loaded = new Map<string, PjrtPlugin>();

/** A plugin is loaded once in a process. */
function plugins(path: string): PjrtPlugin {
  const plugin = loaded.get(path) ?? PjrtPlugin.load(path);
  loaded.set(path, plugin);
  return plugin;
}

/** Opened on first use and closed when the process ends. */
function deviceOf(platform: XlaPlatform): Device {
  const { path, version } = findPlugin(platform);
  const threads = platform === 'cpu' ? threadCount() : null;
  const key = JSON.stringify([path, askedPrecision(), threads]);
  const known = devices.get(key);
  if (known) return known;
  const traits = PLATFORMS[platform];
  // XLA's own name for the size of its pool, read when a client opens. Sums are split among threads.
  if (threads !== null) process.env['NPROC'] = String(threads);
  const client = PjrtClient.open(plugins(path), traits.client);
  closeAtExit(client);
  if (client.platform !== platform) {
    throw new UserError(`engine 'xla:${platform}': the plugin ${path} is for ${client.platform}, expected one for ${platform}`);
  }
  const processor = platform === 'cpu' ? `${cpus()[0]?.model ?? ''}, ${threads} threads` : '';
  const madeBy = [version, client.plugin.version, client.platformVersion, client.deviceKind, processor, flags()];
  const cache = new ProgramCache(join(cacheFolder(), 'xla-programs'), JSON.stringify(madeBy));
  const device = new Device(client, askedPrecision(), traits, cache);
  devices.set(key, device);
  return device;
}

export const xlaCpu = xlaOn('cpu');
export const xlaCuda = xlaOn('cuda');
export const xlaRocm = xlaOn('rocm');
