// npm run backend: the reference backend alone, configured by the environment.
import { inTree } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';
import { foreground } from './lib/run.mjs';
import { setUpPackages } from './setup/plans.mjs';

await runMain(async () => {
  await setUpPackages();
  return foreground(process.execPath, [
    '--import',
    'tsx',
    inTree('backend', 'main.ts'),
    ...process.argv.slice(2),
  ]);
});
