# Privacy page. It must match what the server does with photos.
privacy-title = Comment nous traitons les photos
privacy-try = Pendant que tu essaies
privacy-keep = Quand tu gardes un coloriage
privacy-delete = Quand tu supprimes un coloriage
privacy-else = Ce que nous savons d’autre
privacy-try-words = Ta photo est ouverte et dessinée par ton propre appareil. Rien ne nous en est envoyé : ni la photo, ni le dessin. Tu peux le vérifier : ouvre la vue réseau de ton navigateur, choisis une photo, et vois qu’aucune des requêtes ne la contient.
privacy-keep-words = La photo est envoyée par une connexion chiffrée pour que nous puissions la dessiner à la taille d’impression. Seule l’image est envoyée : où et quand elle a été prise, et avec quel appareil, est retiré avant qu’elle ne quitte ton appareil.
privacy-company = Pour la faire dessiner, nous envoyons une copie de la photo, pas plus grande que nécessaire, à { $company }, et récupérons ce qui est dessiné. Rien d’autre de toi n’y va : ni nom, ni adresse. Un coloriage que tu redessines dans un autre style est dessiné par nous-mêmes.
privacy-how-long = La photo est gardée { $photo } jours et le coloriage { $page } jours ; chaque coloriage montre sa date. Les deux sont rangés là où seul ton compte peut les atteindre.
privacy-else-words = Ton adresse e-mail, un mot de passe enregistré sous une forme que personne ne peut lire, les coloriages que tu gardes et les crédits que tu dépenses. Nous ne posons des cookies que pour te garder connecté, retenir ta langue et retenir ce que tu as saisi quand un formulaire n’est pas passé. Il n’y a ni publicité ni traceur, et rien n’est vendu ni utilisé pour entraîner quoi que ce soit.
privacy-device-words = Quand tu crées un compte, nous regardons aussi le genre d’appareil utilisé (taille de l’écran, langue, fuseau horaire, nombre de cœurs) et le navigateur, qu’un cookie distingue, pour remarquer quand un même appareil crée beaucoup de comptes. De cela, et de l’adresse réseau d’où vient une requête, nous gardons pendant 90 jours au plus un nombre brouillé qui ne ramène ni à l’un ni à l’autre.
privacy-delete-words = Le coloriage disparaît aussitôt de ton compte. Pendant une minute, tu peux revenir en arrière ; ensuite, le coloriage et sa photo sont effacés pour de bon.
privacy-here = Sur cet appareil
privacy-here-words = Pour marcher sans connexion, ce navigateur garde le site lui-même et les coloriages que tu as ouverts. Les tiens en sont effacés quand tu te déconnectes ou quand quelqu’un d’autre se connecte. Ce que tu colories ici ne quitte pas l’appareil, sauf si tu le partages.
