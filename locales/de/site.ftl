# Header, footer and other parts of every screen.
site-description = Mach aus einem Foto ein Ausmalbild, gezeichnet auf deinem eigenen Gerät.
skip = Zum Inhalt springen
footer-promise = Fotos bleiben auf deinem Gerät, bis du ein Bild behältst.
footer-nav = Über uns
privacy = Datenschutz
nav-main = Hauptmenü
sign-in = Anmelden
sign-out = Abmelden
account-of = Konto von { $address }
settings = Einstellungen
create = Neues Bild
gallery = Galerie
product = Scribble Machine
site-title = Scribble Machine: dein Foto als Ausmalbild
credits = { $count ->
    [one] 1 Credit
   *[other] { $count } Credits
}
credits-left = { $count ->
    [one] Noch 1 Credit
   *[other] Noch { $count } Credits
}
pages-count = { $count ->
    [one] 1 Bild
   *[other] { $count } Bilder
}
day = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }
language-switch = Sprache
no-thank-you = Nein, danke
news = Neues
news-offline = Es gibt keine Verbindung. Zeichnen geht trotzdem; was du behältst, wartet, bis es eine gibt.
news-waits = Dein Bild wartet und wird behalten, sobald es eine Verbindung gibt. Bitte lass diese Seite offen.
reload = Neu laden
install = Installieren
news-version = Eine neue Version ist bereit.
news-start = Die Seite konnte nicht ganz geladen werden.
retry = Noch einmal versuchen
loading = Einen Moment …
news-install = Möchtest du Scribble Machine bei deinen Apps haben?
news-install-by-hand = Um Scribble Machine bei deinen Apps zu haben, tippe im Browser auf „Teilen“ und dann auf „Zum Home-Bildschirm“.
install-phone = Ein Foto, auf dem Handy gezeichnet
install-home = Ein Foto neben seinem Ausmalbild
install-desk = Eine Zeichnung, die den Reglern folgt
offline-title = Es gibt keine Verbindung
offline-words = Diese Seite wurde auf diesem Gerät noch nicht geöffnet und kann jetzt nicht gezeigt werden. Zeichnen geht auch ohne Verbindung, und Bilder, die du schon geöffnet hast, kannst du ansehen.
redo = Wiederholen
undo = Rückgängig
