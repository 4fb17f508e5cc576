// What `electron <path>` runs when no app is built in: it opens the app at <path> as if that were the
// built-in one. Electron ships its own; the stand-in runtime (electron-runtime.mjs) comes without.
import { app, dialog } from 'electron';
import fs from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const usage = 'usage: electron [-r MODULE] PATH [ARGUMENT...]\n       electron --version';

/** Our arguments: flags of Chromium and Node come before the path, everything after it is the app's. */
function parse(args) {
  const parsed = { preload: [], target: undefined, version: false };
  for (let i = 0; i < args.length && parsed.target === undefined; i++) {
    const arg = args[i];
    if (arg === '-r' || arg === '--require') parsed.preload.push(args[++i]);
    else if (arg.startsWith('--require=')) parsed.preload.push(arg.slice('--require='.length));
    else if (arg === '-v' || arg === '--version') parsed.version = true;
    else if (!arg.startsWith('-')) parsed.target = path.resolve(arg);
  }
  return parsed;
}

/** Gives the process the name, version and folders of the app in `folder`. */
function impersonate(folder) {
  const manifest = path.join(folder, 'package.json');
  if (!fs.existsSync(manifest)) return;
  const { name, productName, version, desktopName } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  if (productName ?? name) app.setName(productName ?? name);
  if (version) app.setVersion(version);
  app.setDesktopName(desktopName ?? `${app.name}.desktop`);
  app.setPath('userData', path.join(app.getPath('appData'), app.name));
  app.setAppPath(folder);
}

/** Whether Node would read `file` as an ES module. */
function isModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (!file.endsWith('.js')) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest)) return JSON.parse(fs.readFileSync(manifest, 'utf8')).type === 'module';
    if (folder === path.dirname(folder)) return false;
  }
}

async function open({ preload, target }) {
  process.defaultApp = true;
  if (preload.length > 0) Module._preloadModules(preload);
  impersonate(fs.statSync(target).isDirectory() ? target : path.dirname(target));
  const entry = createRequire(import.meta.url).resolve(target);
  if (isModule(entry)) await import(pathToFileURL(entry).href);
  else Module._load(entry, null, true);
}

const parsed = parse(process.argv.slice(1));
if (parsed.version) {
  console.log(`v${process.versions.electron}`);
  process.exit(0);
}
if (parsed.target === undefined) {
  console.error(usage);
  process.exit(1);
}
try {
  await open(parsed);
} catch (error) {
  console.error(error);
  dialog.showErrorBox('The app could not be started', String(error?.stack ?? error));
  process.exit(1);
}
