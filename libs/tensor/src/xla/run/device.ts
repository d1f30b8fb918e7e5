import { createHash } from 'node:crypto';
import type { Precision } from '../../precision';
import type { PjrtClient } from '../pjrt/client';
import type { XlaOptions } from '../pjrt/compile-options';
import type { Executable, Runner } from '../pjrt/executable';
import { PjrtError } from '../pjrt/pjrt-error';
import type { ProgramCache } from './program-cache';
import type { TogetherTraits } from './steps-together';

/** Programs that nobody uses just now and that are kept: a network meets as many shapes of images. */
const KEPT_PROGRAMS = 64;

/** How programs for a kind of device are made. */
export interface DeviceTraits {
  readonly compile: XlaOptions;
  /** Options that make programs faster and change nothing else: left out where the plugin does not know them. */
  readonly faster?: XlaOptions;
  /** Whether arrays of a state that are updated alike lie in one vector. */
  readonly packs: boolean;
  readonly together: TogetherTraits;
}

/** A compiled program and how many hold it. */
export interface Program {
  readonly executable: Executable;
  readonly key: string;
}

interface Entry {
  readonly made: Promise<Program>;
  /** Once compiled. */
  executable: Executable | null;
  users: number;
}

/** A device with the programs compiled for it in this process. */
export class Device {
  private readonly programs = new Map<string, Entry>();
  private knowsFaster = true;

  constructor(
    readonly client: PjrtClient,
    readonly precision: Precision,
    readonly traits: DeviceTraits,
    private readonly cache: ProgramCache,
  ) {
    client.own({ free: () => this.programs.forEach(({ executable }) => executable?.free()) });
  }

  /** The program of a text, compiled unless it is there; to be released. Throws PjrtError. */
  program(text: string): Promise<Program> {
    const key = createHash('sha256').update(text).digest('hex');
    let entry = this.programs.get(key);
    if (!entry) {
      entry = this.compiled(text, key);
      this.programs.set(key, entry);
    }
    entry.users++;
    return entry.made;
  }

  release({ key }: Program): void {
    const entry = this.programs.get(key);
    if (!entry) return;
    entry.users--;
    // To the end: the first is the one longest unused.
    this.programs.delete(key);
    this.programs.set(key, entry);
    const idle = [...this.programs].filter(([, { users }]) => users === 0);
    for (const [oldest, { executable }] of idle.slice(0, Math.max(0, idle.length - KEPT_PROGRAMS))) {
      this.programs.delete(oldest);
      executable?.free();
    }
  }

  private compiled(text: string, key: string): Entry {
    const entry: Entry = {
      users: 0,
      executable: null,
      made: this.executable(text).then((executable) => {
        entry.executable = executable;
        return { executable, key };
      }),
    };
    entry.made.catch(() => this.programs.delete(key));
    return entry;
  }

  private async executable(text: string): Promise<Executable> {
    const { compile, faster } = this.traits;
    const keptAs = `${JSON.stringify({ ...compile, ...faster })}\n${text}`;
    const kept = await this.cache.read(keptAs);
    try {
      if (kept) return await this.client.load(kept);
    } catch (error) {
      if (!(error instanceof PjrtError)) throw error;
    }
    const executable = await this.compile(text);
    try {
      await this.cache.write(keptAs, executable.serialize());
    } catch (error) {
      // Not every plugin can write programs down.
      if (!(error instanceof PjrtError)) throw error;
    }
    return executable;
  }

  private async compile(text: string): Promise<Executable> {
    const { compile, faster } = this.traits;
    if (faster && this.knowsFaster) {
      try {
        return await this.client.compile(text, { ...compile, ...faster });
      } catch (error) {
        if (!(error instanceof PjrtError && error.code === 'INVALID_ARGUMENT')) throw error;
      }
      const executable = await this.client.compile(text, compile);
      // Only now it is known that the options were at fault, not the program.
      this.knowsFaster = false;
      return executable;
    }
    return this.client.compile(text, compile);
  }

  /** Starts a program. Where the device is the CPU itself it runs meanwhile, off the event loop. Throws PjrtError. */
  async start(runner: Runner): Promise<void> {
    if (this.client.platform === 'cpu') await runner.startAsync();
    else runner.start();
  }
}
