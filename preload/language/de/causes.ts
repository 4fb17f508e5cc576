/** German: why a sign-in failed, for whoever helps. */
import type * as english from '../en/causes.ts';
import type { Messages } from '../messages.ts';

export const signInCause: Messages<typeof english.signInCause> = {
  cancelled: 'Die Anmeldung wurde in Tintype abgebrochen.',
  superseded: 'Eine neuere Anmeldung hat diese abgelöst.',
  timeout: 'Der Browser hat sich nicht rechtzeitig zurückgemeldet.',
  ports_taken: 'Alle Ports, über die der Browser antworten dürfte, sind belegt.',
  browser_failed: 'Das System konnte keinen Browser öffnen.',
  browser_url_refused:
    'Die Anmeldeadresse beginnt nicht mit https oder gehört nicht zum eingerichteten Server.',
  denied: 'Die Anmeldeseite hat den Zugang verweigert.',
  provider_error: 'Der Anmeldedienst hat einen Fehler gemeldet.',
  client_refused: 'Der Anmeldedienst nimmt diese App nicht an, so wie sie eingerichtet ist.',
  code_refused: 'Die Anmeldung hat zu lange gedauert oder wurde zweimal verwendet.',
  id_token_missing:
    'Der Anmeldedienst hat nicht gesagt, wer sich angemeldet hat: Zu den Scopes muss openid gehören.',
  offline: 'Zum Anmeldedienst kam keine Verbindung zustande.',
  proxy_auth: 'Der Proxyserver verlangt Benutzername und Passwort.',
  proxy_failed: 'Der Proxyserver antwortet nicht oder lehnt ab.',
  certificate: 'Dem Zertifikat des Anmeldedienstes wird nicht vertraut.',
  deadline: 'Der Anmeldedienst hat nicht rechtzeitig geantwortet.',
  throttled: 'Der Anmeldedienst bittet um eine Pause.',
  server_unavailable: 'Der Anmeldedienst ist gestört.',
  reply_unexpected:
    'Die Antwort kam nicht von einem Anmeldedienst, sondern vielleicht von einer Anmeldeseite des Netzwerks.',
  token_rejected: 'Die Bibliothek lehnt ein gerade ausgestelltes Token ab.',
  token_malformed: 'Ein Token ist nicht lesbar.',
  token_algorithm: 'Ein Token ist nicht mit RS256 signiert.',
  token_key_unknown: 'Ein Token ist mit einem Schlüssel signiert, den der User-Pool nicht veröffentlicht.',
  token_signature: 'Die Signatur eines Tokens stimmt nicht.',
  token_issuer: 'Ein Token kommt aus einem anderen User-Pool als dem eingerichteten.',
  token_audience: 'Ein Token ist für eine andere App bestimmt als die eingerichtete.',
  token_use: 'Ein Access-Token stand an der Stelle eines ID-Tokens oder umgekehrt.',
  token_expired:
    'Ein Token war bei der Ankunft schon abgelaufen; vielleicht geht die Uhr dieses Computers vor.',
  token_not_yet_valid: 'Ein Token gilt erst in der Zukunft; vielleicht geht die Uhr dieses Computers nach.',
  token_nonce: 'Ein Token gehört zu einer anderen Anmeldung.',
  token_at_hash: 'Zwei Tokens gehören nicht zusammen.',
  token_user: 'Ein Token gehört jemand anderem.',
  token_claims: 'Einem Token fehlt, was ein User-Pool hineinschreibt.',
  sign_in_needed: 'Niemand ist angemeldet.',
  session_revoked: 'Der Anmeldedienst hat die Sitzung beendet.',
  keychain_unavailable: 'Der Schlüsselbund des Systems lässt sich nicht verwenden.',
  keychain_unread: 'Die Sitzung lässt sich nicht aus dem Schlüsselbund des Systems lesen.',
  forget_failed: 'Die Sitzung lässt sich nicht aus dem Schlüsselbund des Systems entfernen.',
  internal: 'In Tintype ist etwas schiefgegangen.',
};
