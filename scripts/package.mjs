// npm run package [-- --dir]: installable packages for this platform, or the unpacked app alone.
import path from 'node:path';
import { root } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';
import { packageInstallers, packageUnpacked } from './package/build.mjs';
import { setUpApp } from './setup/plans.mjs';

await runMain(async () => {
  await setUpApp();
  const made = process.argv.includes('--dir') ? [await packageUnpacked()] : await packageInstallers();
  for (const file of made) console.log(`package: ${path.relative(root, file)}`);
  return 0;
});
