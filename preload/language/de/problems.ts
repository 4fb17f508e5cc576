/** German: every problem code in words. */
import type * as english from '../en/problems.ts';
import type { Messages } from '../messages.ts';

export const problem: Messages<typeof english.problem> = {
  auth_cancelled: 'Die Anmeldung wurde abgebrochen.',
  auth_timeout: 'Die Anmeldung wurde nicht rechtzeitig abgeschlossen.',
  auth_ports_taken: 'Andere Programme belegen jeden Port, über den der Browser Tintype antworten könnte.',
  auth_state_mismatch: 'Der Browser hat eine Antwort geschickt, die nicht zu diesem Versuch gehört.',
  auth_denied: 'Deine Organisation hat dieses Konto nicht zugelassen.',
  auth_provider_error: 'Der Anmeldedienst hat eine Störung gemeldet.',
  auth_browser_failed: 'Der Webbrowser ließ sich nicht öffnen.',
  auth_network: 'Der Anmeldedienst ist nicht erreichbar.',
  auth_token_invalid: 'Der Anmeldedienst hat einen Identitätsnachweis geschickt, der nicht stimmt.',
  auth_session_ended: 'Deine Sitzung ist beendet.',
  auth_misconfigured: 'Der Anmeldedienst kennt diese App nicht, so wie sie eingerichtet ist.',
  auth_keychain_unavailable:
    'Der Schlüsselbund dieses Computers ist nicht verfügbar, du bleibst also nur angemeldet, bis du Tintype beendest.',
  auth_keychain_unread:
    'Der Schlüsselbund dieses Computers ist gesperrt oder nicht verfügbar, deine Sitzung kann deshalb nicht weitergehen.',
  auth_keychain_unforgotten:
    'Jemand hat sich abgemeldet, aber der Schlüsselbund dieses Computers ist gesperrt oder nicht verfügbar und enthält die Sitzung noch.',
  auth_proxy: 'Der Proxyserver dieses Netzwerks antwortet nicht oder lässt Tintype nicht durch.',
  auth_proxy_password: 'Der Proxyserver dieses Netzwerks verlangt Benutzername und Passwort.',
  auth_certificate: 'Dieser Computer vertraut dem Zertifikat des Anmeldedienstes nicht.',
  config_missing: 'Tintype kennt deine Fotobibliothek noch nicht.',
  config_invalid: 'Die Einstellungen dieser Installation sind unvollständig.',
  config_address_invalid: 'Mit dieser Adresse kann Tintype nichts anfangen.',
  config_not_https:
    'Diese Adresse bietet keine sichere Verbindung (https), und ohne eine solche spricht Tintype mit keiner Bibliothek.',
  config_no_such_host: 'Kein Server heißt so.',
  config_unreachable: 'Unter dieser Adresse antwortet nichts.',
  config_not_tintype: 'Unter dieser Adresse antwortet etwas, aber es ist keine Tintype-Bibliothek.',
  config_certificate: 'Dieser Computer vertraut dem Zertifikat dieser Adresse nicht.',
  config_proxy: 'Der Proxyserver dieses Netzwerks antwortet nicht oder lässt Tintype nicht durch.',
  config_proxy_password: 'Der Proxyserver dieses Netzwerks verlangt Benutzername und Passwort.',
  database_newer: 'Deine Warteschlange wurde zuletzt mit einer neueren Version von Tintype benutzt.',
  database_damaged: 'Die Datei mit deiner Warteschlange ist beschädigt.',
  database_full: 'Die Festplatte mit deiner Warteschlange ist voll.',
  engine_restarted: 'Der Upload-Dienst ist stehen geblieben und wurde neu gestartet.',
  engine_failed: 'Der Upload-Dienst bricht immer wieder ab.',
  paste_failed: 'Das Bild aus der Zwischenablage ließ sich nicht auf der Festplatte aufbewahren.',
  file_not_found: 'Die Datei ist gerade nicht da.',
  file_not_saved: 'Die Datei ließ sich dort nicht sichern.',
  locate_other_photo: 'Das ist ein anderes Foto, nicht das fehlende.',
  locate_already_queued: 'Dieses Foto ist schon in der Warteschlange.',
  locate_not_there: 'Das fehlende Foto liegt nicht in diesem Ordner.',
  settings_not_saved:
    'Deine Einstellungen konnten nicht gespeichert werden. Sie gelten, bis du Tintype beendest.',
  start_at_login_failed:
    'Tintype konnte nicht für den Start beim Anmelden eingetragen oder ausgetragen werden.',
  bad_request: 'Damit konnte Tintype nichts anfangen.',
  internal: 'In Tintype ist etwas schiefgegangen.',
};

export const nextStep: Messages<typeof english.nextStep> = {
  auth_cancelled: 'Mit „Anmelden“ kannst du es jederzeit noch einmal versuchen.',
  auth_timeout: 'Mit „Anmelden“ öffnet sich eine neue Seite im Browser.',
  auth_ports_taken:
    'Schließe Programme, die lokale Server betreiben, oder starte den Computer neu; melde dich dann noch einmal an.',
  auth_state_mismatch: 'Schließe alte Anmeldeseiten im Browser und melde dich noch einmal an.',
  auth_denied: 'Versuche es mit einem anderen Konto oder frage die Person, die deine Fotobibliothek betreut.',
  auth_provider_error:
    'Warte eine Minute und melde dich noch einmal an; bleibt es dabei, wende dich an die Person, die deine Fotobibliothek betreut.',
  auth_browser_failed: 'Wähle „Link kopieren“ und füge ihn selbst in einen Browser ein.',
  auth_network: 'Prüfe die Internetverbindung und melde dich noch einmal an.',
  auth_token_invalid: 'Prüfe, ob die Uhr dieses Computers richtig geht, und melde dich noch einmal an.',
  auth_session_ended: 'Melde dich erneut an; deine Warteschlange bleibt erhalten und läuft weiter.',
  auth_misconfigured:
    'Wende dich an die Person, die deine Fotobibliothek betreut; die Details unten helfen ihr.',
  auth_keychain_unavailable:
    'Entsperre oder installiere einen Schlüsselbund (unter Linux einen Secret Service wie den GNOME-Schlüsselbund); Tintype versucht es von selbst wieder.',
  auth_keychain_unread:
    'Entsperre ihn, dann macht Tintype von selbst weiter; oder melde dich erneut an. Deine Warteschlange bleibt erhalten.',
  auth_keychain_unforgotten:
    'Entsperre ihn, dann nimmt Tintype die Sitzung von selbst heraus, auch nach einem Neustart.',
  auth_proxy: 'Wende dich an die Person, die das Netzwerk betreut; Tintype versucht es von selbst wieder.',
  auth_proxy_password: 'Gib beides in diesem Fenster ein und melde dich noch einmal an.',
  auth_certificate:
    'Hat dieses Netzwerk eine Anmeldeseite, öffne sie im Browser; sonst wende dich an die Person, die deine Fotobibliothek betreut.',
  config_missing: 'Gib die Adresse deiner Bibliothek ein.',
  config_invalid:
    'Gib die Adresse deiner Bibliothek noch einmal ein oder frage die Person, die Tintype installiert hat.',
  config_address_invalid: 'Gib sie vollständig ein, beginnend mit https://.',
  config_not_https:
    'Gib die Adresse mit https:// am Anfang ein; stimmt sie so, wende dich an die Person, die deine Fotobibliothek betreut.',
  config_no_such_host: 'Prüfe Schreibweise und Internetverbindung und versuche es noch einmal.',
  config_unreachable: 'Prüfe Schreibweise und Internetverbindung und versuche es noch einmal.',
  config_not_tintype: 'Prüfe die Adresse mit der Person, von der du sie hast.',
  config_certificate:
    'Prüfe die Adresse; stimmt sie, wende dich an die Person, die deine Fotobibliothek betreut.',
  config_proxy: 'Prüfe die Adresse; stimmt sie, wende dich an die Person, die das Netzwerk betreut.',
  config_proxy_password: 'Gib beides in diesem Fenster ein und stelle die Verbindung noch einmal her.',
  database_newer: 'Aktualisiere Tintype, um sie zu öffnen; es wurde nichts daran geändert.',
  database_damaged:
    'Starte Tintype neu, um zur letzten Sicherung zurückzukehren; deine Fotos selbst sind unberührt.',
  database_full: 'Schaffe etwas Platz; Tintype macht von selbst weiter.',
  engine_restarted: 'Deine Warteschlange ist vollständig und läuft weiter; es ist nichts zu tun.',
  engine_failed: 'Beende Tintype und öffne es wieder; deine Warteschlange ist auf der Festplatte gesichert.',
  paste_failed: 'Schaffe etwas Platz und füge es dann noch einmal ein.',
  file_not_found: 'Schließe die Festplatte an, auf der sie liegt, oder suche, wohin sie verschoben wurde.',
  file_not_saved:
    'Wähle einen anderen Ordner oder schaffe Platz auf dem Laufwerk und sichere sie noch einmal.',
  locate_other_photo: 'Wähle dasselbe Foto, oder entferne das fehlende und füge dieses hinzu.',
  locate_already_queued: 'Entferne das fehlende aus der Warteschlange; das andere wird hochgeladen.',
  locate_not_there: 'Wähle den Ordner, in dem es war, wo immer er jetzt liegt, oder das Foto selbst.',
  settings_not_saved: 'Prüfe, ob die Festplatte voll ist, und ändere die Einstellung noch einmal.',
  start_at_login_failed:
    'Ändere das in den Systemeinstellungen unter den Programmen, die beim Anmelden starten.',
  bad_request: 'Versuche es noch einmal mit Fotos oder Ordnern, die auf diesem Computer liegen.',
  internal:
    'Versuche es noch einmal; bleibt es dabei, starte Tintype neu. Deine Warteschlange ist auf der Festplatte gesichert.',
};
