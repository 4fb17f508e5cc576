import { afterEach, expect, it } from 'vitest';
import { en } from '../../../preload/language/en.ts';
import type { Attempt, SignInCause } from '../../../preload/contract/model.ts';
import { setLocale } from '../../../renderer/text/language.ts';
import { factsText, problemFacts } from '../../../renderer/text/technical.ts';

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

it('tells what a photo has met in the language of the window, and its codes as they are', () => {
  setLocale('de');
  const attempt: Attempt = {
    at: 0,
    step: 'sending',
    outcome: { kind: 'waits', reason: 'throttled', nextTryAt: null },
    tookMs: 1,
    bytes: 0,
    detail: 'store 503 SlowDown',
    status: 503,
    requestId: null,
    host: 'photos.example.org',
  };
  expect(factsText([], [attempt, attempt])).toBe(
    [
      'Code: throttled',
      'Ursache: Beim Hochladen: Die Bibliothek hat um eine Pause gebeten.',
      'Zeit: 1970-01-01T00:00:00.000Z',
      'Antwort (HTTP): 503',
      'Gefragter Server: photos.example.org',
      'Genaueres: store 503 SlowDown',
      '',
    ].join('\n'),
  );
});

it('says nothing of a cause where there is none', () => {
  expect(problemFacts({ code: 'internal' })).toEqual([{ name: 'Code', value: 'internal' }]);
});

it.each(Object.values(en.signInCause))('is a sentence and no code: %s', (sentence) => {
  expect(sentence).toMatch(/^[A-Z].*\.$/);
  expect(sentence).not.toMatch(/[a-z]_[a-z]/);
});
