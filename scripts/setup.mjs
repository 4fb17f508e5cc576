// Sets up whatever is missing to build, run and test Tintype, and says what it does.
import { runMain } from './lib/problem.mjs';
import { setUpAll } from './setup/plans.mjs';
import { report } from './setup/report.mjs';

await runMain(async () => {
  if (!(await setUpAll())) report('nothing is missing.');
  return 0;
});
