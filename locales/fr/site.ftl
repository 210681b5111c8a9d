# Header, footer and other parts of every screen.
site-description = Transforme une photo en coloriage, dessiné sur ton propre appareil.
skip = Aller au contenu
footer-promise = Les photos restent sur ton appareil jusqu’à ce que tu gardes un coloriage.
footer-nav = À propos
privacy = Vie privée
nav-main = Menu principal
sign-in = Se connecter
sign-out = Se déconnecter
account-of = Compte de { $address }
settings = Réglages
create = Créer
gallery = Galerie
product = Scribble Machine
site-title = Scribble Machine : ta photo en coloriage
credits = { $count ->
    [one] { $count } crédit
   *[other] { $count } crédits
}
credits-left = { $count ->
    [one] { $count } crédit restant
   *[other] { $count } crédits restants
}
pages-count = { $count ->
    [one] { $count } coloriage
   *[other] { $count } coloriages
}
day = { $day } { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
language-switch = Langue
no-thank-you = Non, merci
news = Nouvelles
news-offline = Il n’y a pas de connexion. Le dessin marche quand même ; ce que tu gardes attend qu’il y en ait une.
news-waits = Ton coloriage attend, et sera gardé dès qu’il y aura une connexion. Laisse cet écran ouvert.
reload = Recharger
install = Installer
news-version = Une nouvelle version est prête.
news-start = Le site n’a pas pu être chargé entièrement.
retry = Réessayer
loading = Un instant…
news-install = Veux-tu Scribble Machine parmi tes applications ?
news-install-by-hand = Pour avoir Scribble Machine parmi tes applications, touche le bouton de partage du navigateur, puis « Sur l’écran d’accueil ».
install-phone = Une photo, dessinée sur le téléphone
install-home = Une photo à côté de son coloriage
install-desk = Un dessin qui suit les curseurs
offline-title = Il n’y a pas de connexion
offline-words = Cet écran n’a pas encore été ouvert sur cet appareil et ne peut donc pas être montré maintenant. Le dessin marche sans connexion, et les coloriages déjà ouverts peuvent être vus.
redo = Rétablir
undo = Annuler
