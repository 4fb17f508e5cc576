/** The media worker from its TypeScript: tsx's own `--import` leaves worker threads alone on Node 20. */
import { register } from 'tsx/esm/api';

register();
await import('../../main/media/media-worker.ts');
