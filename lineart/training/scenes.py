#!/usr/bin/env python3
"""Draws training scenes: pictures like photos whose outlines are known.

  scenes.py FOLDER COUNT [FIRST]     writes FOLDER/photo/NNNN.jpg and FOLDER/truth/NNNN.png; about 3 s each

A scene is a few things, some of them close, made of parts (blobs, boxes, limbs, petals) with creases and small
features, given cloth, fur, stripes or pebbles, light, shade and shadows, some out of focus or furry at the rim,
on soft, cluttered or textured ground, then blur, noise and JPEG; some are faded, some saved small. Where a pen
line was, only a crease is left, fainter the harder the scene, and now and then beside the edge of the paint.
truth: black = draw it, grey = an edge of paint without a line: may be drawn. Everything is made from numbers,
nothing is taken from pictures. Needs: pillow, numpy, scipy.
"""
import pathlib, sys
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage as nd

SIZE = 1024


def noise(rng, sigma, shape=(SIZE, SIZE)):
    """Smooth noise, mean 0, deviation 1; coarse noise is made small and enlarged."""
    step = max(1, int(sigma / 4))
    small = [side // step + 3 for side in shape]
    grain = nd.gaussian_filter(rng.standard_normal(small), sigma / step, mode="wrap")
    if step > 1:
        grain = nd.zoom(grain, [(side + step) / s for side, s in zip(shape, small)], order=1)
    grain = grain[:shape[0], :shape[1]]
    return (grain - grain.mean()) / (grain.std() + 1e-9)


def warped(rng, bend):
    """Coordinates turned, leaned as by perspective and bent a little."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(float) - SIZE / 2
    turn = rng.uniform(0, 2 * np.pi)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    lean = 1 + rng.uniform(0, .5) * v / SIZE
    return u * lean + bend * noise(rng, 60), v * lean + bend * noise(rng, 60)


def texture(rng, kind):
    """A pattern about 0 of deviation about 1, on the whole picture."""
    u, v = warped(rng, rng.choice([0, 3, 12]))
    pitch = rng.uniform(14, 60)
    if kind == "stripes":
        wave = np.sin(2 * np.pi * u / pitch)
        return np.clip(wave * rng.choice([1, 6]), -1, 1)
    if kind == "checks":
        pitch *= 1.5
        return .7 * (np.sign(np.sin(2 * np.pi * u / pitch)) + np.sign(np.sin(2 * np.pi * v / pitch)))
    if kind == "dots":
        return 2 * ((u % pitch - pitch / 2) ** 2 + (v % pitch - pitch / 2) ** 2 < (pitch * .27) ** 2) - .4
    if kind == "brick":
        high, wide, joint = rng.uniform(30, 80), rng.uniform(80, 200), rng.uniform(3, 9)
        row = np.floor(v / high)
        shift = (u + wide * .5 * (row % 2) + 9 * noise(rng, 90)) % wide
        joints = (v % high < joint) | (shift < joint)
        stone = np.sin(row * 12.9 + np.floor((u + wide * .5 * (row % 2)) / wide) * 78.2) * 43758.5 % 1
        bright = rng.choice([-1, 1])
        return nd.gaussian_filter(np.where(joints, bright * 2.5, .5 * (stone - .5)), 1) + .25 * noise(rng, 1.5)
    if kind == "pebbles":
        count = int(rng.uniform(400, 6000))
        seeds = rng.uniform(-40, SIZE + 40, (count, 2))
        y, x = np.mgrid[:SIZE, :SIZE]
        from scipy.spatial import cKDTree
        bend = rng.uniform(2, 5)
        where = np.stack([y + bend * noise(rng, 8), x + bend * noise(rng, 8)], -1).reshape(-1, 2)
        (near, next_), index = [a.T for a in cKDTree(seeds).query(where, k=2)]
        gap = np.clip((next_ - near) / 8, 0, 1).reshape(SIZE, SIZE)
        stone = rng.standard_normal(count)[index[0]].reshape(SIZE, SIZE)
        slope = (where[:, 0] - seeds[index[0], 0]).reshape(SIZE, SIZE) * np.sqrt(count) / SIZE
        return 2 * (gap - .7) + .5 * stone - slope * rng.uniform(0, 2)
    if kind == "grass":
        picture = Image.new("L", (SIZE, SIZE), 90)
        pen = ImageDraw.Draw(picture)
        wild = rng.uniform(.15, 1.5)
        for _ in range(int(rng.uniform(2500, 6000))):
            x, y = rng.uniform(-20, SIZE + 20, 2)
            lie, length = -np.pi / 2 + wild * rng.standard_normal(), rng.uniform(20, 90)
            curl = lie + rng.uniform(-.6, .6)
            mid = (x + np.cos(lie) * length / 2, y + np.sin(lie) * length / 2)
            end = (mid[0] + np.cos(curl) * length / 2, mid[1] + np.sin(curl) * length / 2)
            pen.line([(x, y), mid, end], int(rng.uniform(0, 256)), int(rng.uniform(1, 7)))
        grey = nd.gaussian_filter(np.asarray(picture, float), rng.uniform(.5, 1.2))
        return (grey - grey.mean()) / grey.std()
    if kind == "fur":
        flow = noise(rng, rng.uniform(60, 200)) * .8 + rng.uniform(0, np.pi)
        out = noise(rng, .8)
        y, x = np.mgrid[:SIZE, :SIZE].astype(float)
        for step in (1, 2, 4, 6):
            dx, dy = np.cos(flow) * step, np.sin(flow) * step
            ahead = nd.map_coordinates(out, [y + dy, x + dx], order=1, mode="wrap")
            back = nd.map_coordinates(out, [y - dy, x - dx], order=1, mode="wrap")
            out = (out + ahead + back) / 3
        return out / out.std()
    if kind == "cloth":
        return .7 * np.sin(2 * np.pi * u / rng.uniform(4, 9)) * np.sin(2 * np.pi * v / rng.uniform(4, 9)) + .6 * noise(rng, 25)
    if kind == "folds":
        return np.sin(u / rng.uniform(30, 90) + 2 * noise(rng, 100)) + .3 * noise(rng, 40)
    return noise(rng, rng.choice([1.5, 4, 12]))


KINDS = ["stripes", "checks", "dots", "brick", "pebbles", "grass", "fur", "cloth", "folds", "grain"]


class Scene:
    def __init__(self, rng):
        self.rng = rng
        # Its own numbers, so that a change of the lens leaves the scenes as they are.
        self.lens = lens = np.random.default_rng(rng.bit_generator.seed_seq.spawn(1)[0])
        self.softness = lens.uniform(4, 16) if lens.random() < .4 else 0
        self.fuzz = lens.uniform(.2, 1) if lens.random() < .5 else 0
        self.nearness = lens.uniform(1.3, 2.4) if lens.random() < .3 else 1
        self.saturation = lens.uniform(.15, 1) if lens.random() < .5 else 1
        self.smallness = lens.uniform(1.5, 2.4) if lens.random() < .2 else 1
        self.blooms = lens.random() < .25
        self.hard = rng.uniform(0, 1)
        self.paint = np.zeros((SIZE, SIZE), np.int32)
        self.pen = Image.new("L", (SIZE, SIZE), 0)
        self.colours = []
        self.things = np.zeros((SIZE, SIZE), bool)
        self.thing_fills = []
        slip = rng.choice([0, 0, 0, rng.uniform(3, 14)])
        way = rng.uniform(0, 2 * np.pi)
        self.slip = np.array([np.cos(way), np.sin(way)]) * slip
        self.shrink = rng.choice([0, 0, 0, rng.uniform(5, 18)])
        self.pen_width = int(rng.uniform(3, 8))
        self.base = rng.uniform(0, 1, 3)

    def outline(self, kind, centre, radius):
        rng, t = self.rng, np.linspace(0, 2 * np.pi, 240, endpoint=False)
        if kind == "blob":
            r = np.ones_like(t)
            for k in range(2, int(rng.uniform(3, 7))):
                r += rng.uniform(-.6, .6) / k ** 1.2 * np.cos(k * t + rng.uniform(0, 7))
            points = np.stack([np.cos(t), np.sin(t)], 1) * r.clip(.25)[:, None]
        elif kind == "box":
            corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [1, rng.uniform(.3, 1.5)]
            corners = corners + rng.uniform(-.25, .25, (4, 2)) * rng.choice([0, 1])
            points = np.concatenate([np.linspace(a, b, 60, endpoint=False) for a, b in zip(corners, np.roll(corners, -1, 0))])
            if rng.random() < .5:
                points = nd.gaussian_filter1d(points, rng.uniform(2, 9), axis=0, mode="wrap")
        elif kind == "star":
            n = int(rng.uniform(3, 9))
            points = np.stack([np.cos(t), np.sin(t)], 1) * (1 + rng.uniform(.1, .6) * np.cos(n * t))[:, None]
        elif kind == "jagged":
            corners = np.sort(rng.uniform(0, 2 * np.pi, int(rng.uniform(4, 11))))
            corners = np.stack([np.cos(corners), np.sin(corners)], 1) * rng.uniform(.4, 1.2, (len(corners), 1))
            points = np.concatenate([np.linspace(a, b, 30, endpoint=False) for a, b in zip(corners, np.roll(corners, -1, 0))])
        else:
            points = np.stack([np.cos(t), rng.uniform(.35, 1) * np.sin(t)], 1)
        turn = rng.uniform(0, 2 * np.pi) if rng.random() < .6 else 0
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        return points @ spin * radius + centre

    def fill(self, points, colour, line=True):
        """Paints a part and draws its outline; what was drawn beneath is gone."""
        self.colours.append(colour)
        shape = Image.new("L", (SIZE, SIZE), 0)
        ImageDraw.Draw(shape).polygon([tuple(p) for p in points], fill=255)
        mask = np.asarray(shape) > 0
        self.paint[mask] = len(self.colours)
        if not line:
            return mask
        self.pen.paste(0, mask=shape)
        inner = points
        if self.shrink:
            middle = points.mean(0)
            size = np.sqrt(mask.sum() / np.pi) + 1
            inner = middle + (points - middle) * max(.6, 1 - self.shrink / size)
        pen = [tuple(p) for p in inner + self.slip]
        whole = pen + pen[:1]
        if self.rng.random() < .12:
            gap = int(self.rng.uniform(.1, .4) * len(whole))
            whole = whole[gap:]
        ImageDraw.Draw(self.pen).line(whole, 255, self.pen_width, joint="curve")
        return mask

    def crease(self, points):
        ImageDraw.Draw(self.pen).line([tuple(p) for p in points + self.slip], 255, self.pen_width, joint="curve")

    def curve(self, start, length):
        """An open line: straight, bent, spiral."""
        rng, n = self.rng, 60
        bend = rng.choice([0, rng.uniform(-3, 3), rng.uniform(-9, 9)])
        way = rng.uniform(0, 2 * np.pi) + np.linspace(0, bend, n) + rng.choice([0, .6]) * np.sin(np.linspace(0, rng.uniform(3, 15), n))
        steps = np.stack([np.cos(way), np.sin(way)], 1) * length / n
        return start + np.cumsum(steps, 0)

    def colour(self):
        rng = self.rng
        if rng.random() < .35:
            return np.clip(self.base + rng.normal(0, .12, 3), 0, 1)
        return rng.choice([rng.uniform(0, 1, 3), np.full(3, rng.uniform(0, 1)), np.full(3, rng.choice([.03, .97]))])

    def thing(self):
        rng = self.rng
        centre, radius = rng.uniform(.25, .75, 2) * SIZE, rng.uniform(90, 300) * self.nearness
        before = len(self.colours)
        kinds = ["blob", "blob", "box", "star", "oval", "oval", "jagged"]
        whole = self.fill(self.outline(rng.choice(kinds), centre, radius), self.colour())
        for _ in range(int(rng.uniform(0, 7))):
            where = centre + rng.uniform(-1, 1, 2) * radius
            kind, size = rng.choice(kinds), radius * rng.uniform(.12, .6)
            mask = self.fill(self.outline(kind, where, size), self.colour())
            whole = whole | mask
        if rng.random() < .45:
            size = radius * rng.uniform(.04, .12)
            apart = radius * rng.uniform(.2, .4)
            colour = self.colour()
            for side in (-1, 1):
                self.fill(self.outline("oval", centre + [side * apart, -.2 * radius], size), colour, rng.random() < .7)
        if rng.random() < .3:
            row, size = int(rng.uniform(2, 6)), radius * rng.uniform(.08, .16)
            colour, kind = self.colour(), rng.choice(["box", "oval"])
            template = self.outline(kind, np.zeros(2), size)
            for i in range(row):
                for j in range(int(rng.uniform(1, 4))):
                    self.fill(template + centre + [(i - row / 2) * size * 3, (j - 1) * size * 3], colour)
        if self.blooms:
            self.bloom(centre, .8 * radius)
        for _ in range(int(rng.uniform(0, 6))):
            self.crease(self.curve(centre + rng.uniform(-.8, .8, 2) * radius, radius * rng.uniform(.3, 1.6)))
        self.thing_fills.append((before, len(self.colours), whole))

    def bloom(self, centre, radius):
        """Rings of petals, the outermost first: small alike parts side by side that are drawn, unlike pebbles."""
        lens, colour = self.lens, self.colour()
        for ring in np.linspace(.8, .15, int(lens.uniform(3, 6))):
            count = int(lens.uniform(5, 13))
            size = radius * ring * lens.uniform(2, 3) / count + .06 * radius
            for way in 2 * np.pi * (np.arange(count) + lens.random()) / count:
                where = centre + radius * ring * np.array([np.cos(way), np.sin(way)])
                self.fill(self.outline("oval", where, size), np.clip(colour + lens.normal(0, .06), 0, 1))

    def render(self):
        rng, hard = self.rng, self.hard
        for _ in range(int(rng.uniform(1, 4))):
            self.thing()
        pen = np.asarray(self.pen) > 127
        picture = self.ground()
        light = np.ones((SIZE, SIZE))
        for first, last, whole in self.thing_fills:
            on_top = (self.paint > first) & (self.paint <= last)
            if rng.random() < .75:
                shift = rng.uniform(-30, 40, 2)
                shade = nd.gaussian_filter(nd.shift(whole.astype(float), shift, order=0), rng.uniform(4, 22))
                picture *= (1 - rng.uniform(.1, .6) * shade)[..., None]
            depth = nd.distance_transform_edt(on_top)
            self.dress(picture, first, last)
            if rng.random() < .7:
                around = np.exp(-depth / rng.uniform(15, 90))
                picture[on_top] *= (1 - rng.uniform(0, .5) * around)[on_top][:, None]
            if rng.random() < .6:
                slope = np.tensordot(rng.normal(0, 1, 2), (np.mgrid[:SIZE, :SIZE] - SIZE / 2) / SIZE, 1)
                picture[on_top] *= (1 + np.clip(slope * rng.uniform(.3, 1.2), -.6, .6))[on_top][:, None]
        sharp = 1.0
        if self.softness:
            picture, sharp = self.soften(picture, self.thing_fills[0][2])
        ink = sharp * nd.gaussian_filter(pen.astype(float), rng.uniform(.6, 2.5)) * rng.uniform(.12, .9) * (1 - .6 * hard)
        picture *= (1 - np.clip(ink * 1.3, 0, .95))[..., None]
        for _ in range(rng.integers(0, 3)):
            cast = Image.new("L", (SIZE, SIZE), 0)
            shape = self.outline(rng.choice(["blob", "box", "jagged"]), rng.uniform(0, SIZE, 2), rng.uniform(150, 600))
            ImageDraw.Draw(cast).polygon([tuple(p) for p in shape], fill=255)
            light *= 1 - rng.uniform(.1, .55) * nd.gaussian_filter(np.asarray(cast) / 255, rng.uniform(2, 30))
        light *= 1 + .12 * noise(rng, 250)
        picture = picture * light[..., None]
        picture = self.saturation * picture + (1 - self.saturation) * picture.mean(-1, keepdims=True)
        return self.camera(picture), self.truth(pen)

    def soften(self, picture, whole):
        """A thing out of focus or furry at its rim, as a head is before a room; and where the picture stays sharp."""
        inside, outside = nd.distance_transform_edt(whole), nd.distance_transform_edt(~whole)
        near = np.exp(-.5 * ((inside + outside) / (1.8 * self.softness)) ** 2)[..., None]
        hairs = self.fuzz * self.softness * np.stack([noise(self.lens, 1.5) for _ in range(2)])
        frayed = np.stack([nd.map_coordinates(c, np.mgrid[:SIZE, :SIZE] + hairs, order=1, mode="nearest") for c in np.moveaxis(picture, -1, 0)], -1)
        blur = self.softness * (1 - .7 * self.fuzz)
        soft = nd.gaussian_filter(frayed, (blur, blur, 0))
        return picture * (1 - near) + soft * near, 1 - near[..., 0]

    def ground(self):
        rng = self.rng
        base, spread = (self.colour() if rng.random() < .6 else rng.uniform(.2, .9, 3)), rng.uniform(0, .3)
        drift = rng.uniform(40, 200)
        picture = np.stack([c + spread * noise(rng, drift) for c in base], -1)
        if rng.random() < .3:
            for _ in range(int(rng.uniform(4, 20))):
                spot = Image.new("L", (SIZE, SIZE), 0)
                shape = self.outline("blob", rng.uniform(0, SIZE, 2), rng.uniform(30, 250))
                ImageDraw.Draw(spot).polygon([tuple(p) for p in shape], fill=255)
                soft = nd.gaussian_filter(np.asarray(spot) / 255., rng.uniform(14, 40))[..., None]
                picture = picture * (1 - soft) + soft * self.colour()
        if rng.random() < .35 + .5 * self.hard:
            kind = rng.choice(["brick", "pebbles", "grass", "grass", "pebbles", "brick", "stripes", "grain", "checks", "fur"])
            weave = texture(rng, kind)
            if rng.random() < .3:
                weave = nd.gaussian_filter(weave, rng.uniform(2, 8))
            picture += rng.uniform(.04, .22) * weave[..., None]
        return picture.clip(.01, 1.1)

    def dress(self, picture, first, last):
        """Gives the parts of a thing their colours and textures."""
        rng, shared = self.rng, None
        if rng.random() < .6:
            shared = texture(rng, rng.choice(KINDS)) * rng.uniform(.03, .25)
        for part in range(first + 1, last + 1):
            mask = self.paint == part
            if not mask.any():
                continue
            colour = np.clip(self.colours[part - 1], .04, .96)
            pixels = np.broadcast_to(colour, (mask.sum(), 3)).copy()
            weave = shared
            if rng.random() < .25:
                weave = texture(rng, rng.choice(KINDS)) * rng.uniform(.03, .3)
            if weave is not None:
                pixels *= 1 + (weave[mask] * (1.5 if rng.random() < .2 else 1))[:, None]
            pixels += rng.uniform(0, .02) * noise(rng, 1.2)[mask][:, None]
            picture[mask] = pixels.clip(.005, 1)

    def camera(self, picture):
        rng = self.rng
        blur = rng.uniform(3, 6) if rng.random() < .1 else rng.uniform(.4, 1.2 + 2 * self.hard)
        picture = nd.gaussian_filter(picture.clip(0, 1), (blur, blur, 0))
        haze = rng.uniform(0, .45) * self.hard * rng.integers(0, 2)
        picture = picture * (1 - haze) + haze * rng.uniform(.3, .9)
        grain = rng.uniform(0, .05) * (.3 + self.hard)
        picture += grain * rng.standard_normal(picture.shape) * .5 + grain * rng.standard_normal(picture.shape[:2])[..., None]
        photo = Image.fromarray((picture.clip(0, 1) * 255).astype(np.uint8))
        return photo.resize([int(SIZE / self.smallness)] * 2, Image.Resampling.BOX)

    def truth(self, pen):
        edge = np.zeros((SIZE, SIZE), bool)
        edge[:, 1:] |= self.paint[:, 1:] != self.paint[:, :-1]
        edge[1:] |= self.paint[1:] != self.paint[:-1]
        near = nd.distance_transform_edt(~pen) <= 4
        out = np.full((SIZE, SIZE), 255, np.uint8)
        out[nd.binary_dilation(edge & ~near)] = 128
        out[pen] = 0
        return Image.fromarray(out)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    folder, count, first = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int((sys.argv + ["0"])[3])
    for name in ("photo", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        rng = np.random.default_rng(number)
        photo, truth = Scene(rng).render()
        photo.save(folder / "photo" / f"{number:04}.jpg", quality=int(rng.uniform(55, 95)))
        truth.save(folder / "truth" / f"{number:04}.png")


if __name__ == "__main__":
    main()
