import path from 'node:path';
import { expect, it } from 'vitest';
import { errorsPage } from './errors-page.ts';

it('docs/errors.md says what the catalogues say (npx vitest run test/docs/errors.test.ts --update)', async () => {
  await expect(await errorsPage()).toMatchFileSnapshot(
    path.resolve(import.meta.dirname, '../../docs/errors.md'),
  );
});
