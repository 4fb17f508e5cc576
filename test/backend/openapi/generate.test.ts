import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedFiles } from '../../../backend/openapi/generate.ts';

it('keeps the generated files up to date (npm run generate -w backend)', async () => {
  for (const [path, text] of Object.entries(await generatedFiles())) {
    expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'), path).toBe(text);
  }
});
