import { readJson } from '../lib/files.mjs';
import { inTree } from '../lib/places.mjs';
import { npm } from '../lib/run.mjs';

/** Set-up step: node_modules holds what package-lock.json says. */
export const npmPackages = {
  needed() {
    const installed = readJson(inTree('node_modules', '.package-lock.json'))?.packages;
    if (installed === undefined) return 'installing the npm packages of package-lock.json';
    const wanted = readJson(inTree('package-lock.json')).packages;
    const differs = difference(wanted, installed);
    return differs && `installing the npm packages again, because package-lock.json changed (${differs})`;
  },

  // Without scripts: the native modules are dealt with by their own step, nothing else needs one.
  put: () => npm(['ci', '--ignore-scripts', '--loglevel=error']),
};

/**
 * The first package that is not installed as the lockfile has it, or undefined. npm keeps a lockfile of what
 * it installed in node_modules; optional packages of other platforms are absent there, and that is right.
 */
/** @public for its test */
export function difference(wanted, installed) {
  const same = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity;
  const missing = Object.keys(wanted).find(
    (name) =>
      name !== '' && !(name in installed ? same(wanted[name], installed[name]) : wanted[name].optional),
  );
  return missing ?? Object.keys(installed).find((name) => !(name in wanted));
}
