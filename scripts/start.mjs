// npm start: opens the app, against its configuration if there is one, else against the sandbox.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inTree, root } from './lib/places.mjs';
import { runMain } from './lib/problem.mjs';
import { foreground } from './lib/run.mjs';
import { startSandbox } from './lib/sandbox.mjs';
import { electronExecutable } from './setup/electron-runtime.mjs';
import { setUpApp } from './setup/plans.mjs';
import { withDesktop } from './with-display.mjs';

await runMain(async () => {
  const args = process.argv.slice(2);
  await setUpApp();
  if (isConfigured(args, process.env)) return openApp(args, process.env);

  const folder = inTree('.sandbox');
  const sandbox = await startSandbox(folder);
  try {
    console.log(
      'No library is configured, so this runs against the sandbox: a stand-in for it on this machine.',
    );
    console.log(`Sign in as ${sandbox.demoUser.email} with the password ${sandbox.demoUser.password}`);
    return await openApp(args, {
      ...process.env,
      TINTYPE_CONFIG: sandbox.configFile,
      TINTYPE_USER_DATA: process.env.TINTYPE_USER_DATA || path.join(folder, 'user-data'),
    });
  } finally {
    await sandbox.stop();
  }
});

/** Whether the app will find a configuration by itself; the order is the app's own (main/config.ts). */
function isConfigured(args, env) {
  if (args.includes('--config') || env.TINTYPE_CONFIG) return true;
  return fs.existsSync(path.join(env.TINTYPE_USER_DATA || defaultUserData(env), 'client-config.json'));
}

/** Where Electron keeps the data of an app called Tintype. */
function defaultUserData(env) {
  const parents = {
    darwin: path.join(os.homedir(), 'Library', 'Application Support'),
    win32: env.APPDATA ?? path.join(os.homedir(), 'AppData', 'Roaming'),
  };
  const linux = env.XDG_CONFIG_HOME || path.join(os.homedir(), '.config');
  return path.join(parents[process.platform] ?? linux, 'Tintype');
}

function openApp(args, startEnv) {
  const flags = [];
  if (process.getuid?.() === 0) {
    console.log(
      'Running as root: Chromium has no sandbox for root, so the app is started with --no-sandbox.',
    );
    flags.push('--no-sandbox');
  }
  const run = (env) => foreground(electronExecutable(), [...flags, root, ...args], { env });
  // A keyring that outlives the run keeps the person signed in from one start to the next.
  return withDesktop(startEnv, run, { keyringFolder: inTree('.sandbox', 'keyring') });
}
