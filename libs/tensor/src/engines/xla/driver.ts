import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { xlaCompiler } from '../../xla/compiler';
import { PjrtClient } from '../../xla/pjrt/client';
import { PjrtPlugin } from '../../xla/pjrt/plugin';
import { Device } from '../../xla/run/device';
import { ProgramCache } from '../../xla/run/program-cache';
import { UserError } from '../../user-error';
import type { EngineDriver } from '../driver';
import { wasm } from '../wasm/driver';
import { cacheFolder } from './cache-folder';
import { cudaCard } from './cuda';
import { closeAtExit } from './exit';
import { findPlugin } from './find-plugin';
import { PLATFORMS, type XlaPlatform } from './platforms';
import { precision } from './precision';

const devices = new Map<string, Device>();

/** XLA for what is compiled, such as training steps; all else runs operation by operation on `wasm`. */
function xlaOn(platform: XlaPlatform): EngineDriver {
  return {
    backend: wasm.backend,
    compiler: xlaCompiler(() => deviceOf(platform)),
    version: () => `${findPlugin(platform).version}, ${placeOf(platform)}, ${precision()}; uncompiled operations on wasm ${wasm.version()}`,
    probe: () => Promise.resolve(void plugins(findPlugin(platform).path)),
    async start(kernels) {
      deviceOf(platform);
      await wasm.start(kernels);
    },
  };
}

/** What results depend on beside the plugin: the card, or the number of threads that share sums. */
function placeOf(platform: XlaPlatform): string {
  if (platform === 'cuda') return cudaCard();
  const threads = availableParallelism();
  return platform === 'cpu' ? `${threads} thread${threads === 1 ? '' : 's'}` : platform;
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
  const key = JSON.stringify([path, precision()]);
  const known = devices.get(key);
  if (known) return known;
  const traits = PLATFORMS[platform];
  const client = PjrtClient.open(plugins(path), traits.client);
  closeAtExit(client);
  if (client.platform !== platform) {
    throw new UserError(`engine 'xla:${platform}': the plugin ${path} is for ${client.platform}, expected one for ${platform}`);
  }
  const processor = platform === 'cpu' ? (cpus()[0]?.model ?? '') : '';
  const madeBy = [version, client.plugin.version, client.platformVersion, client.deviceKind, processor, process.env['XLA_FLAGS'] ?? ''];
  const cache = new ProgramCache(join(cacheFolder(), 'xla-programs'), JSON.stringify(madeBy));
  const device = new Device(client, precision(), traits, cache);
  devices.set(key, device);
  return device;
}

export const xlaCpu = xlaOn('cpu');
export const xlaCuda = xlaOn('cuda');
export const xlaRocm = xlaOn('rocm');
