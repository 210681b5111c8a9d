# Around every screen.
site-description = Transforme une photo en coloriage, dessiné sur ton propre appareil.
skip = Aller au contenu
footer-promise = Les photos restent sur ton appareil jusqu’à ce que tu gardes un coloriage.
footer-nav = À propos
privacy = Vie privée
nav-main = Menu principal
sign-in = Se connecter
sign-out = Se déconnecter
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
