import { afterEach, expect, it } from 'vitest';
import { en } from '../../../preload/language/en.ts';
import type { SignInCause } from '../../../preload/contract/model.ts';
import { setLocale } from '../../../renderer/text/language.ts';
import { problemFacts } from '../../../renderer/text/technical.ts';

afterEach(() => {
  setLocale('en');
});

it('says why a sign-in failed in the language of the window, and leaves the codes as they are', () => {
  const facts = (cause: SignInCause): string[] =>
    problemFacts({ code: 'auth_misconfigured', cause, detail: `${cause}, invalid_scope` }).map(
      ({ name, value }) => `${name}: ${value}`,
    );
  expect(facts('client_refused')).toEqual([
    'Code: auth_misconfigured',
    'Cause: The sign-in service does not accept this app as it is configured.',
    'Detail: client_refused, invalid_scope',
  ]);
  setLocale('de');
  expect(facts('client_refused')).toEqual([
    'Code: auth_misconfigured',
    'Ursache: Der Anmeldedienst nimmt diese App nicht an, so wie sie eingerichtet ist.',
    'Genaueres: client_refused, invalid_scope',
  ]);
});

it('says nothing of a cause where there is none', () => {
  expect(problemFacts({ code: 'internal' })).toEqual([{ name: 'Code', value: 'internal' }]);
});

it.each(Object.values(en.signInCause))('is a sentence and no code: %s', (sentence) => {
  expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(sentence).not.toMatch(/[a-z]_[a-z]/);
});
