import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import fs from 'node:fs';
import path from 'node:path';
import { licencesPlugin } from './scripts/licences-plugin.ts';

const at = (file: string): string => path.resolve(import.meta.dirname, file);

const { dependencies } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const licences = (outside: readonly string[] = []) => licencesPlugin(import.meta.dirname, outside);

/** Three worlds, three bundles. Packages under `dependencies` (native modules) stay outside them. */
export default defineConfig({
  main: {
    plugins: [licences(Object.keys(dependencies))],
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          main: at('main/main.ts'),
          engine: at('main/engine/engine.ts'),
          'media-worker': at('main/media/media-worker.ts'),
          'scan-worker': at('main/intake/scan-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    plugins: [licences()],
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: at('preload/preload.ts') },
        // A sandboxed preload script must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    base: './',
    plugins: [react(), licences()],
    build: {
      outDir: at('out/renderer'),
      rollupOptions: { input: { index: at('renderer/index.html') } },
      assetsInlineLimit: 0,
    },
  },
});
