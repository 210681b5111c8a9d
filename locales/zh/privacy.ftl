# What happens to photos. It has to say what the machine does.
privacy-title = 我们怎样对待照片
privacy-try = 试用的时候
privacy-keep = 保存页面的时候
privacy-delete = 删除页面的时候
privacy-else = 我们还知道什么
privacy-try-words = 你的照片由你自己的设备打开和绘制。不会有任何内容发给我们：照片不会，线稿也不会。你可以亲自查看：打开浏览器的网络面板，选一张照片，就会看到没有任何请求带着它。
privacy-keep-words = 照片通过加密连接上传，好让我们按打印尺寸绘制。上传的只有图像本身：拍摄的时间、地点和相机信息，在离开你的设备之前就已去掉。
privacy-company = 为了绘制，我们会把照片的副本（不超过所需的大小）发给 { $company }，再取回画好的结果。你的其他信息都不会发过去：没有姓名，没有地址。换一种风格重新绘制的页面由我们自己绘制。
privacy-how-long = 照片保存 { $photo } 天，页面保存 { $page } 天；每一页都会显示日期。两者都只有你的账号能访问。
privacy-else-words = 你的电子邮箱、以无人能读的形式保存的密码、你保存的页面和使用的点数。我们只用 Cookie 来保持登录、记住你的语言，以及在表单没有提交成功时记住你输入的内容。没有广告，没有跟踪，什么都不会出售，也不会用来训练任何东西。
privacy-delete-words = 页面会立刻从你的账户中消失。一分钟内可以撤销，之后页面和照片会永久删除。
privacy-device = 在这台设备上
privacy-device-words = 为了没有网络也能用，这个浏览器会保留网站本身和你打开过的页面。你退出登录或别人登录时，你的页面会从这里移除。在这里上色的图片不会离开设备，除非你分享它。
