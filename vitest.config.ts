import { defineConfig } from 'vitest/config';

/** What owns a display or a keyring, or sets up: one after the other, while all else runs beside it. */
const onDesktop = ['e2e', 'faults', 'interop', 'main/auth', 'main/desktop', 'scripts'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);
/** Set by scripts/test.mjs, which runs both halves. */
const half = process.env['TINTYPE_TEST_HALF'];

export default defineConfig({
  cacheDir: `node_modules/.vite/${half ?? 'all'}`,
  test: {
    include: half === 'desktop' ? onDesktop : ['test/**/*.test.ts'],
    exclude: half === 'beside' ? onDesktop : [],
    // Two cores, and two halves: one file of each at a time.
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes at once, but for a machine that is busy.
    expect: { poll: { timeout: 20_000 } },
  },
});
