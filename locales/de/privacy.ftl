# Privacy page. It must match what the server does with photos.
privacy-title = Wie wir mit Fotos umgehen
privacy-try = Während du ausprobierst
privacy-keep = Wenn du ein Bild behältst
privacy-delete = Wenn du ein Bild löschst
privacy-else = Was wir sonst wissen
privacy-try-words = Dein Foto wird von deinem eigenen Gerät geöffnet und gezeichnet. Nichts davon wird an uns gesendet: weder das Foto noch die Zeichnung. Du kannst selbst zusehen: Öffne die Netzwerkansicht deines Browsers, wähle ein Foto, und sieh nach, dass keine der Anfragen es enthält.
privacy-keep-words = Das Foto wird über eine verschlüsselte Verbindung hochgeladen, damit wir es in Druckgröße zeichnen können. Hochgeladen wird das Bild allein: Wann und wo es aufgenommen wurde und mit welcher Kamera, bleibt weg, bevor es dein Gerät verlässt.
privacy-company = Um es zeichnen zu lassen, senden wir eine Kopie des Fotos, nicht größer als nötig, an { $company } und holen ab, was dort gezeichnet wird. Sonst geht nichts von dir dorthin: kein Name, keine Adresse. Ein Bild, das du in einem anderen Stil neu zeichnen lässt, zeichnen wir selbst.
privacy-how-long = Das Foto wird { $photo } Tage aufbewahrt und das Bild { $page } Tage; an jedem Bild steht sein Datum. Beide liegen dort, wo nur dein Konto herankommt.
privacy-else-words = Deine E-Mail-Adresse, ein Passwort in einer Form, die niemand lesen kann, die Bilder, die du behältst, und das Guthaben, das du ausgibst. Cookies setzen wir nur, damit du angemeldet bleibst, damit wir deine Sprache behalten und damit nicht verloren geht, was du in ein Formular getippt hast, das nicht durchging. Es gibt keine Werbung und keine Tracker; nichts wird verkauft oder zum Trainieren von irgendetwas benutzt.
privacy-device-words = Wenn du ein Konto anlegst, sehen wir uns auch an, mit was für einem Gerät (Größe des Bildschirms, Sprache, Zeitzone, Zahl der Kerne) und in welchem Browser das geschieht, was ein Cookie sagt, um zu merken, wenn ein Gerät viele Konten anlegt. Davon, und von der Netzadresse, von der eine Anfrage kommt, behalten wir höchstens 90 Tage lang eine verschlüsselte Zahl, die zu keinem von beiden zurückführt.
privacy-delete-words = Das Bild verschwindet sofort aus deinem Konto. Eine Minute lang kannst du das zurücknehmen; danach werden das Bild und sein Foto für immer gelöscht.
privacy-here = Auf diesem Gerät
privacy-here-words = Damit es ohne Verbindung geht, behält dieser Browser die Website selbst und die Bilder, die du geöffnet hast. Deine werden daraus entfernt, wenn du dich abmeldest oder jemand anders sich anmeldet. Was du hier ausmalst, verlässt das Gerät nicht, außer du teilst es.
