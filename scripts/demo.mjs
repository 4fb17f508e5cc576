// npm run demo: does the main job with nobody at the keyboard. With --packaged, in the packaged app.
import { inTree } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';
import { foreground } from './lib/run.mjs';
import { packageUnpacked } from './package/build.mjs';
import { setUpDriven } from './setup/plans.mjs';
import { withDesktop } from './with-display.mjs';

await runMain(async () => {
  const args = process.argv.slice(2).filter((arg) => arg !== '--packaged');
  await setUpDriven();
  if (process.argv.includes('--packaged')) args.push('--app', await packageUnpacked());
  return withDesktop(process.env, (env) =>
    foreground(process.execPath, ['--import', 'tsx', inTree('test', 'e2e', 'demo.ts'), ...args], { env }),
  );
});
