# Header, footer and other parts of every screen.
site-description = 把照片变成涂色页，就在你自己的设备上画好。
skip = 跳到正文
footer-promise = 在你保存之前，照片一直留在你的设备上。
footer-nav = 关于
privacy = 隐私
nav-main = 主菜单
sign-in = 登录
sign-out = 退出
account-of = { $address } 的账号
settings = 设置
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
no-thank-you = 不用了，谢谢
news = 消息
news-offline = 现在没有网络连接。照样可以绘制；你保存的内容会等到有连接时再处理。
news-waits = 你的页面在等待，一有连接就会保存。请不要关闭这个页面。
reload = 重新加载
install = 安装
news-version = 新版本准备好了。
news-start = 网站没有完全加载。
retry = 重试
loading = 请稍候……
news-install = 要把 Scribble Machine 放进你的应用里吗？
news-install-by-hand = 要把 Scribble Machine 放进应用里，请点浏览器的分享按钮，再点“添加到主屏幕”。
install-phone = 在手机上画出的照片
install-home = 照片和它的涂色页
install-desk = 随滑块变化的线稿
offline-title = 没有网络连接
offline-words = 这个页面还没有在这台设备上打开过，所以现在无法显示。没有连接也能绘制，之前打开过的页面也可以查看。
redo = 重做
undo = 撤销
