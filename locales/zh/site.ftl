# Around every screen.
site-description = 把照片变成涂色页，就在你自己的设备上画好。
skip = 跳到正文
footer-promise = 在你保存之前，照片一直留在你的设备上。
footer-nav = 关于
privacy = 隐私
nav-main = 主菜单
sign-in = 登录
sign-out = 退出
create = 制作
gallery = 画廊
product = Scribble Machine
site-title = Scribble Machine：把你的照片变成涂色页
credits = { $count ->
   *[other] { $count } 个点数
}
credits-left = { $count ->
   *[other] 还剩 { $count } 个点数
}
pages-count = { $count ->
   *[other] { $count } 页
}
day = { $year }年{ $month ->
    [1] 1月
    [2] 2月
    [3] 3月
    [4] 4月
    [5] 5月
    [6] 6月
    [7] 7月
    [8] 8月
    [9] 9月
    [10] 10月
    [11] 11月
   *[12] 12月
}{ $day }日
language-switch = 语言
