// npm run chaos -- [--runs N] [--seed S] [--json FILE]: random kills and faults, then a look at what is left.
import { inTree } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';
import { foreground } from './lib/run.mjs';
import { setUpTests } from './setup/plans.mjs';
import { withDesktop } from './with-display.mjs';

await runMain(async () => {
  await setUpTests();
  return withDesktop(process.env, (env) =>
    foreground(
      process.execPath,
      ['--import', 'tsx', inTree('test', 'faults', 'chaos.ts'), ...process.argv.slice(2)],
      { env },
    ),
  );
});
