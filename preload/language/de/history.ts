/** German: what has become of photos. */
import type * as english from '../en/history.ts';
import type { Messages } from '../messages.ts';

export const attempt: Messages<typeof english.attempt> = {
  title: 'Was geschah',
  inspecting: 'Beim Lesen',
  checking: 'Bei der Nachfrage in der Bibliothek',
  sending: 'Beim Hochladen',
  confirming: 'Bei der Prüfung durch die Bibliothek',
  took: 'nach {time}',
  sent: '{size} gesendet',
  next: 'nächster Versuch {time}',
  uploaded: 'Hochgeladen und geprüft.',
  duplicate: 'War schon in der Bibliothek.',
  more: '{count, plural, one {# früheren Eintrag zeigen} other {# frühere Einträge zeigen}}',
  fewer: 'Weniger zeigen',
};

/** Names of facts for whoever helps. */
export const technical: Messages<typeof english.technical> = {
  code: 'Code',
  cause: 'Ursache',
  detail: 'Genaueres',
  time: 'Zeit',
  answer: 'Antwort (HTTP)',
  request: 'Anfrage',
  host: 'Gefragter Server',
  tries: 'Fehlversuche',
};
