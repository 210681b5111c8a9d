# Header, footer and other parts of every screen.
site-description = Turn a photo into a colouring page, drawn on your own device.
skip = Skip to the page
footer-promise = Photos stay on your device until you keep a page.
footer-nav = About
privacy = Privacy
nav-main = Main
sign-in = Sign in
sign-out = Sign out
account-of = Account of { $address }
settings = Settings
create = Create
gallery = Gallery
product = Scribble Machine
site-title = Scribble Machine: your photo as a colouring page
credits = { $count ->
    [one] 1 credit
   *[other] { $count } credits
}
credits-left = { $count ->
    [one] 1 credit left
   *[other] { $count } credits left
}
pages-count = { $count ->
    [one] 1 page
   *[other] { $count } pages
}
day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
language-switch = Language
no-thank-you = No, thank you
news = News
news-offline = There is no connection. Drawing works all the same; what you keep waits until there is one.
news-waits = Your page waits, and is kept as soon as there is a connection. Please leave this screen open.
reload = Reload
install = Install
news-version = A new version is ready.
news-start = The site could not be loaded completely.
retry = Try again
loading = One moment …
news-install = Would you like Scribble Machine among your apps?
news-install-by-hand = To have Scribble Machine among your apps, tap the share button of the browser and then “Add to Home Screen”.
install-phone = A photo, drawn on the phone
install-home = A photo beside its colouring page
install-desk = A drawing that follows the sliders
offline-title = There is no connection
offline-words = This screen has not been opened on this device yet, so it cannot be shown now. Drawing works without a connection, and pages that you have opened before can be seen.
redo = Redo
undo = Undo
