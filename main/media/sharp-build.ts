/** Which build of sharp runs here. */
import { createRequire } from 'node:module';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { threadMemory } from '../lib/thread-memory.ts';

/**
 * Call it in the thread that will import sharp, before it does; false = sharp must not be imported here.
 *
 * [Note: Two glibs] Electron on Linux is linked with the system's glib, and sharp's native build brings its own: the
 * two get into each other's way, with a flood of warnings at best and a crash of the whole process at worst (sharp's
 * manual, "Electron and Linux"). The engine owns the queue, so there sharp's WebAssembly build does the work: the same
 * pictures to the byte, in about twice the time. It is put where sharp looks for the native one.
 */
export function prepareSharp(): boolean {
  if (process.platform !== 'linux' || process.versions['electron'] === undefined) return true;
  const require = createRequire(import.meta.url);
  const requireOfSharp = createRequire(require.resolve('sharp'));
  const build = tryTo(() => requireOfSharp('@img/sharp-wasm32/sharp.node') as unknown);
  if (build === null) return false;
  limitThreads();
  for (const system of ['linux', 'linuxmusl']) {
    const native = tryTo(() => requireOfSharp.resolve(`@img/sharp-${system}-${process.arch}/sharp.node`));
    const standIn = { id: native, filename: native, loaded: true, exports: build };
    if (native !== null) require.cache[native] = standIn as unknown as NodeJS.Module;
  }
  return true;
}

/** Of its JavaScript, which does nothing but call WebAssembly: a lower limit brings the collector earlier. */
const decoderMemory = { ...threadMemory, maxOldGenerationSizeMb: 32 };

/** The build starts four threads by the global `Worker`, which it sets itself when it is loaded. */
function limitThreads(): void {
  const limited = class extends Worker {
    constructor(file: string | URL, options?: WorkerOptions) {
      super(file, { ...options, resourceLimits: decoderMemory });
    }
  };
  Object.assign(globalThis, { Worker: limited });
}

/** Null where the package is not installed: each platform has only its own. */
function tryTo<T>(load: () => T): T | null {
  try {
    return load();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
