# Privacy page. It must match what the server does with photos.
privacy-title = Cómo tratamos las fotos
privacy-try = Mientras pruebas
privacy-keep = Cuando guardas un dibujo
privacy-delete = Cuando eliminas un dibujo
privacy-else = Qué más sabemos
privacy-try-words = Tu foto la abre y la dibuja tu propio dispositivo. No se nos envía nada de ella: ni la foto ni el dibujo. Puedes comprobarlo: abre la vista de red de tu navegador, elige una foto y verás que ninguna de las peticiones la lleva.
privacy-keep-words = La foto se sube por una conexión cifrada para que podamos dibujarla a tamaño de impresión. Solo se sube la imagen: dónde y cuándo se hizo, y con qué cámara, se quita antes de que salga de tu dispositivo.
privacy-company = Para que la dibujen, enviamos una copia de la foto, no más grande de lo necesario, a { $company }, y recogemos lo que dibujan. Nada más tuyo va allí: ni nombre ni dirección. Un dibujo que pides de nuevo con otro estilo lo hacemos nosotros.
privacy-how-long = La foto se guarda { $photo } días y el dibujo { $page } días; cada dibujo muestra su fecha. Ambos están donde solo tu cuenta puede llegar.
privacy-else-words = Tu correo electrónico, una contraseña guardada de forma que nadie puede leer, los dibujos que guardas y los créditos que gastas. Solo ponemos cookies para mantener tu sesión, para recordar tu idioma y para recordar lo que escribiste cuando un formulario no se pudo enviar. No hay anuncios ni rastreadores, y nada se vende ni se usa para entrenar nada.
privacy-device-words = Cuando creas una cuenta también miramos con qué tipo de dispositivo se crea (tamaño de la pantalla, idioma, zona horaria, número de núcleos) y en qué navegador, que una cookie distingue, para notar si un mismo dispositivo crea muchas cuentas. De eso, y de la dirección de red de la que llega una petición, guardamos durante 90 días como máximo un número cifrado que no lleva de vuelta a ninguna de las dos cosas.
privacy-delete-words = El dibujo desaparece de tu cuenta al momento. Durante un minuto puedes deshacerlo; después, el dibujo y su foto se eliminan para siempre.
privacy-here = En este dispositivo
privacy-here-words = Para funcionar sin conexión, este navegador guarda la propia web y los dibujos que has abierto. Los tuyos se borran de él cuando cierras la sesión o cuando entra otra persona. Lo que coloreas aquí no sale del dispositivo si no lo compartes.
