/** German: accounts. */
import type * as english from '../en/accounts.ts';
import type { Messages } from '../messages.ts';

export const account: Messages<typeof english.account> = {
  account: 'Konto',
  known: 'Konten auf diesem Computer',
  another: 'Anderes Konto verwenden …',
  signOut: 'Abmelden',
  signOutAndRemove: 'Abmelden und Warteschlange entfernen …',
  signIn: 'Anmelden',
  goOn: 'Fortfahren',
  keep: 'Warteschlange behalten',
  yes: 'Entfernen',
  yesHere: 'Abmelden und entfernen',
  switchTo: 'Zu {name} wechseln',
  signInAs: 'Als {name} anmelden',
  goOnAs: 'Als {name} fortfahren',
  removeLabel: '{name} von diesem Computer entfernen',
  waiting: '{count, plural, one {# Foto wartet} other {# Fotos warten}} in der Warteschlange',
  removeTitleHere: 'Abmelden und die Warteschlange dieses Kontos entfernen?',
  removeTitle: '{name} von diesem Computer entfernen?',
  removeEmpty:
    'Die Liste der von hier hochgeladenen Fotos verschwindet. Deine Dateien bleiben, wo sie sind, und was hochgeladen ist, bleibt in der Bibliothek.',
  removeUnfinished:
    '{count, plural, one {# Foto ist noch nicht hochgeladen und wird} other {# Fotos sind noch nicht hochgeladen und werden}} aus der Warteschlange genommen. Deine Dateien bleiben, wo sie sind, und was hochgeladen ist, bleibt in der Bibliothek.',
};
