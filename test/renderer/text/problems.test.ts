import { expect, it } from 'vitest';
import { problemCodes } from '../../../preload/contract/model.ts';
import { problemText } from '../../../renderer/text/problems.ts';

it.each(problemCodes)('says %s as a sentence and a next step, never as a code', (code) => {
  const { sentence, next } = problemText(code);
  for (const text of [sentence, next]) {
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toContain(code);
    expect(text).not.toMatch(/[A-Za-z]_[a-z]|Error|exception/);
  }
});
