# Header, footer and other parts of every screen.
site-description = حوّل صورة إلى صفحة تلوين تُرسم على جهازك أنت.
skip = انتقل إلى المحتوى
footer-promise = تبقى الصور على جهازك حتى تحتفظ بصفحة.
footer-nav = حول الموقع
privacy = الخصوصية
nav-main = القائمة الرئيسية
sign-in = تسجيل الدخول
sign-out = تسجيل الخروج
account-of = حساب { $address }
settings = الإعدادات
create = إنشاء
gallery = المعرض
product = Scribble Machine
site-title = Scribble Machine: صورتك صفحة تلوين
credits = { $count ->
    [zero] لا رصيد
    [one] رصيد واحد
    [two] رصيدان
    [few] { $count } أرصدة
    [many] { $count } رصيدًا
   *[other] { $count } رصيد
}
credits-left = { $count ->
    [zero] لم يبقَ رصيد
    [one] بقي رصيد واحد
    [two] بقي رصيدان
    [few] بقيت { $count } أرصدة
    [many] بقي { $count } رصيدًا
   *[other] بقي { $count } رصيد
}
pages-count = { $count ->
    [zero] لا صفحات
    [one] صفحة واحدة
    [two] صفحتان
    [few] { $count } صفحات
    [many] { $count } صفحة
   *[other] { $count } صفحة
}
day = { $day } { $month ->
    [1] يناير
    [2] فبراير
    [3] مارس
    [4] أبريل
    [5] مايو
    [6] يونيو
    [7] يوليو
    [8] أغسطس
    [9] سبتمبر
    [10] أكتوبر
    [11] نوفمبر
   *[12] ديسمبر
} { $year }
language-switch = اللغة
no-thank-you = لا، شكرًا
news = مستجدات
news-offline = لا يوجد اتصال. الرسم يعمل مع ذلك؛ وما تحتفظ به ينتظر حتى يعود.
news-waits = صفحتك تنتظر، وتُحفظ حالما يعود الاتصال. من فضلك اترك هذه الشاشة مفتوحة.
reload = إعادة التحميل
install = تثبيت
news-version = إصدار جديد جاهز.
news-start = تعذّر تحميل الموقع كاملًا.
retry = أعد المحاولة
loading = لحظة من فضلك…
news-install = أتريد Scribble Machine بين تطبيقاتك؟
news-install-by-hand = ليكون Scribble Machine بين تطبيقاتك، اضغط زر المشاركة في المتصفح ثم «إضافة إلى الشاشة الرئيسية».
install-phone = صورة مرسومة على الهاتف
install-home = صورة وبجانبها صفحة التلوين
install-desk = رسم يتبع أشرطة التحكم
offline-title = لا يوجد اتصال
offline-words = لم تُفتح هذه الشاشة على هذا الجهاز بعد، فلا يمكن عرضها الآن. الرسم يعمل بلا اتصال، ويمكنك رؤية الصفحات التي فتحتها من قبل.
redo = إعادة
undo = تراجع
