# Mails. A name that ends in -subject, or a message with attributes, is a subject line.
mail-not-me = إن لم تطلب هذا فتجاهل هذه الرسالة. لا يدخل أحد من دونها.
mail-not-my-doing = إن لم تكن أنت فاختر كلمة مرور جديدة في الحال: افتح Scribble Machine ثم «تسجيل الدخول» ثم «نسيت كلمة المرور؟».
mail-code-subject = { $code } هو رمزك في Scribble Machine
mail-code-lead = رمزك هو
mail-code-good-for = { $minutes ->
    [one] اكتبه حيث طلبته. صالح لدقيقة واحدة.
    [two] اكتبه حيث طلبته. صالح لدقيقتين.
    [few] اكتبه حيث طلبته. صالح لمدة { $minutes } دقائق.
   *[other] اكتبه حيث طلبته. صالح لمدة { $minutes } دقيقة.
}
mail-code-known = لديك حساب بهذا العنوان: الرمز يدخلك إليه.
mail-new-device = كُتبت كلمة مرورك على جهاز لم نره من قبل: ⁨{ $device }⁩.
mail-link-subject = رابطك إلى Scribble Machine
mail-link-new = هذا الرابط ينشئ حسابك ويدخلك إليه.
mail-link-known = هذا الرابط يسجّل دخولك.
mail-works-once = { $minutes ->
    [one] يعمل مرة واحدة خلال دقيقة.
    [two] يعمل مرة واحدة خلال دقيقتين.
    [few] يعمل مرة واحدة خلال { $minutes } دقائق.
   *[other] يعمل مرة واحدة خلال { $minutes } دقيقة.
}
mail-copy-link = أو انسخ هذا العنوان إلى متصفحك:
mail-reset-subject = اختر كلمة مرور جديدة لـ Scribble Machine
mail-reset-new = لا يوجد حساب بهذا العنوان بعد. هذا الرابط ينشئ حسابًا ويتيح لك اختيار كلمة مروره.
mail-reset-known = هذا الرابط يتيح لك اختيار كلمة مرور جديدة. سيُسجَّل خروج كل جهاز مسجّل.
mail-reset-link = اختر كلمة مرور
mail-new-address-lead = رمزك لاستخدام هذا العنوان مع حسابك هو
mail-new-address-not-me = إن لم تطلب هذا فتجاهل هذه الرسالة. لا يتغير شيء من دونها.
mail-address-taken = لهذا العنوان حساب من قبل
    .lead = شخص ما، ولعله أنت، يريد استخدام هذا العنوان مع حساب آخر في Scribble Machine. له حساب من قبل، لذلك لم يتغير شيء.
    .rest = لجمع الاثنين، سجّل الدخول هنا واحذف هذا الحساب أولًا.
mail-address-changed = صار لحسابك عنوان جديد
    .lead = حسابك في Scribble Machine صار تابعًا للعنوان ⁨{ $address }⁩. هذا العنوان لم يعد يفتحه.
    .rest = إن لم تكن أنت فأجب عن هذه الرسالة.
mail-password-changed = تغيّرت كلمة مرورك
    .lead = تغيّرت كلمة مرور حسابك في Scribble Machine وسُجّل خروج كل جهاز آخر.
mail-no-password = ليس لحسابك كلمة مرور بعد
    .lead = حسابك جاهز. كُتبت كلمة المرور على جهاز غير الذي كُتب عليه الرمز، لذلك لم نحفظها حرصًا على الأمان.
    .rest = لتسجيل الدخول في المرة القادمة اطلب رابطًا بالبريد، أو ضع كلمة مرور الآن: افتح «الحساب» ثم «ضع كلمة مرور».
mail-account-deleted = حُذف حسابك
    .lead = لم يعد حسابك في Scribble Machine موجودًا، ولا صوره ولا صفحاته ولا رصيده.
    .rest = شكرًا لأنك رسمت معنا.
