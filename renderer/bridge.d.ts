import type { Bridge } from '../preload/contract/api.ts';

declare global {
  interface Window {
    /** Put there by preload; absent only when the page is opened outside Tintype. */
    readonly tintype?: Bridge;
  }
}
