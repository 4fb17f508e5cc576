import { readJson, writeWhole } from '../lib/files.mjs';
import { inTree } from '../lib/places.mjs';

// Inside node_modules, so that it goes when they go.
const file = inTree('node_modules', '.tintype-setup.json');

/** What an earlier set-up noted down under `name`, or undefined. */
export function stamp(name) {
  return readJson(file)?.[name];
}

/** Notes something down for the next set-up. */
export function setStamp(name, value) {
  writeWhole(file, `${JSON.stringify({ ...readJson(file), [name]: value }, null, 2)}\n`);
}
