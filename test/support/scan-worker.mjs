// The scanning thread from its TypeScript source, as in media-worker.mjs.
import { register } from 'tsx/esm/api';

register();
await import('../../main/intake/scan-worker.ts');
