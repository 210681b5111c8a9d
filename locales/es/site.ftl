# Header, footer and other parts of every screen.
site-description = Convierte una foto en un dibujo para colorear, hecho en tu propio dispositivo.
skip = Saltar al contenido
footer-promise = Las fotos se quedan en tu dispositivo hasta que guardas un dibujo.
footer-nav = Acerca de
privacy = Privacidad
nav-main = Menú principal
sign-in = Entrar
sign-out = Salir
account-of = Cuenta de { $address }
settings = Ajustes
create = Crear
gallery = Galería
product = Scribble Machine
site-title = Scribble Machine: tu foto como dibujo para colorear
credits = { $count ->
    [one] 1 crédito
   *[other] { $count } créditos
}
credits-left = { $count ->
    [one] Te queda 1 crédito
   *[other] Te quedan { $count } créditos
}
pages-count = { $count ->
    [one] 1 dibujo
   *[other] { $count } dibujos
}
day = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
language-switch = Idioma
no-thank-you = No, gracias
news = Novedades
news-offline = No hay conexión. Dibujar funciona igual; lo que guardes esperará hasta que la haya.
news-waits = Tu dibujo espera y se guardará en cuanto haya conexión. Deja esta pantalla abierta.
reload = Recargar
install = Instalar
news-version = Hay una versión nueva lista.
news-start = El sitio no se pudo cargar por completo.
retry = Reintentar
loading = Un momento…
news-install = ¿Quieres tener Scribble Machine entre tus aplicaciones?
news-install-by-hand = Para tener Scribble Machine entre tus aplicaciones, toca el botón de compartir del navegador y luego «Añadir a pantalla de inicio».
install-phone = Una foto, dibujada en el móvil
install-home = Una foto junto a su dibujo para colorear
install-desk = Un dibujo que sigue los controles
offline-title = No hay conexión
offline-words = Esta pantalla aún no se ha abierto en este dispositivo, así que ahora no se puede mostrar. Dibujar funciona sin conexión, y los dibujos que ya abriste se pueden ver.
redo = Rehacer
undo = Deshacer
