// The media worker from its TypeScript source: Node 20 ignores `--import tsx` in a worker's execArgv.
import { register } from 'tsx/esm/api';

register();
await import('../../main/media/media-worker.ts');
