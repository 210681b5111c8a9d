# Privacy page. It must match what the server does with photos.
privacy-title = How we treat photos
privacy-try = While you try
privacy-keep = When you keep a page
privacy-delete = When you delete a page
privacy-else = What else we know
privacy-try-words = Your photo is opened and drawn by your own device. Nothing of it is sent to us: not the photo, not the drawing. You can watch this yourself: open your browser's network view, choose a photo, and see that none of the requests carries it.
privacy-keep-words = The photo goes up over an encrypted connection so that we can draw it at print size. What goes up is the picture alone: where and when it was taken, and with which camera, is left out before it leaves your device.
privacy-company = To have it drawn, we send a copy of the photo, no larger than needed, to { $company }, and fetch what they draw. Nothing else of yours goes there: no name, no address. A page that you draw again in another style is drawn by ourselves.
privacy-how-long = The photo is kept for { $photo } days and the page for { $page } days; each page shows its date. Both are stored where only your account can reach them.
privacy-else-words = Your e-mail address, a password that is stored in a form nobody can read, the pages you keep and the credits you spend. We set cookies only to keep you signed in, to remember your language, and to remember what you typed when a form did not go through. There are no advertisements, no trackers, and nothing is sold or used to train anything.
privacy-device-words = When you make an account we also look at what kind of device it is made on (size of the screen, language, time zone, number of cores) and in which browser, which a cookie tells, to notice when one device makes many accounts. Of that, and of the network address that a request comes from, we keep a scrambled number that leads back to neither, for 90 days at most.
privacy-delete-words = The page is gone from your account at once. For a minute you can take that back; then the page and its photo are deleted for good.
privacy-here = On this device
privacy-here-words = So that it works without a connection, this browser keeps the site itself and the pages you have opened. Yours are removed from it when you sign out, or when somebody else signs in. Pictures that you colour here never leave the device unless you share them.
