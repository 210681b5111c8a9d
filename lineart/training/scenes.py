#!/usr/bin/env python3
"""Renders synthetic training scenes: photo-like images with known outlines.

  scenes.py FOLDER COUNT [FIRST]

Writes FOLDER/photo/NNNN.jpg and FOLDER/truth/NNNN.png, about 3 s each. A scene has one to three
objects made of parts (blobs, boxes, stars, ovals, petals) with creases and small features. Parts have
textures such as cloth, fur, stripes or pebbles; objects have shading and cast shadows, and some are
out of focus or furry at the rim. The background is smooth, cluttered or textured. Blur, fog, noise
and JPEG follow; some scenes are desaturated, some are saved at a smaller size.

A pen line is rendered as a dark crease, fainter in difficult scenes, and sometimes beside the edge
of the paint. In the truth image black is a line to draw and grey an edge of paint without a line,
which may be drawn. All scenes are procedural, made from a seed; no pictures are used. Needs: pillow,
numpy, scipy.
"""
import pathlib, sys
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage as nd
from scipy.spatial import cKDTree

# Width and height of a scene, px.
SIZE = 1024


def smooth_noise(rng, sigma, shape=(SIZE, SIZE)):
    """Gaussian noise blurred by sigma px, mean 0, deviation 1; coarse noise is computed small and enlarged."""
    step = max(1, int(sigma / 4))
    small = [side // step + 3 for side in shape]
    grain = nd.gaussian_filter(rng.standard_normal(small), sigma / step, mode="wrap")
    if step > 1:
        grain = nd.zoom(grain, [(side + step) / s for side, s in zip(shape, small)], order=1)
    grain = grain[:shape[0], :shape[1]]
    return (grain - grain.mean()) / (grain.std() + 1e-9)


def warped_coordinates(rng, bend):
    """Pixel coordinates rotated, scaled as by perspective, and displaced by smooth noise of bend px."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(float) - SIZE / 2
    rotation = rng.uniform(0, 2 * np.pi)
    u, v = x * np.cos(rotation) + y * np.sin(rotation), y * np.cos(rotation) - x * np.sin(rotation)
    perspective = 1 + rng.uniform(0, .5) * v / SIZE
    return u * perspective + bend * smooth_noise(rng, 60), v * perspective + bend * smooth_noise(rng, 60)


def render_texture(rng, kind):
    """A pattern of the given kind on the whole image, with mean about 0 and deviation about 1."""
    u, v = warped_coordinates(rng, rng.choice([0, 3, 12]))
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
        shift = (u + wide * .5 * (row % 2) + 9 * smooth_noise(rng, 90)) % wide
        joints = (v % high < joint) | (shift < joint)
        stone = np.sin(row * 12.9 + np.floor((u + wide * .5 * (row % 2)) / wide) * 78.2) * 43758.5 % 1
        bright = rng.choice([-1, 1])
        return nd.gaussian_filter(np.where(joints, bright * 2.5, .5 * (stone - .5)), 1) + .25 * smooth_noise(rng, 1.5)
    if kind == "pebbles":
        count = int(rng.uniform(400, 6000))
        seeds = rng.uniform(-40, SIZE + 40, (count, 2))
        y, x = np.mgrid[:SIZE, :SIZE]
        bend = rng.uniform(2, 5)
        where = np.stack([y + bend * smooth_noise(rng, 8), x + bend * smooth_noise(rng, 8)], -1).reshape(-1, 2)
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
        flow = smooth_noise(rng, rng.uniform(60, 200)) * .8 + rng.uniform(0, np.pi)
        out = smooth_noise(rng, .8)
        y, x = np.mgrid[:SIZE, :SIZE].astype(float)
        for step in (1, 2, 4, 6):
            dx, dy = np.cos(flow) * step, np.sin(flow) * step
            ahead = nd.map_coordinates(out, [y + dy, x + dx], order=1, mode="wrap")
            back = nd.map_coordinates(out, [y - dy, x - dx], order=1, mode="wrap")
            out = (out + ahead + back) / 3
        return out / out.std()
    if kind == "cloth":
        return .7 * np.sin(2 * np.pi * u / rng.uniform(4, 9)) * np.sin(2 * np.pi * v / rng.uniform(4, 9)) + .6 * smooth_noise(rng, 25)
    if kind == "folds":
        return np.sin(u / rng.uniform(30, 90) + 2 * smooth_noise(rng, 100)) + .3 * smooth_noise(rng, 40)
    return smooth_noise(rng, rng.choice([1.5, 4, 12]))


KINDS = ["stripes", "checks", "dots", "brick", "pebbles", "grass", "fur", "cloth", "folds", "grain"]


class Scene:
    """One scene; all random choices follow from the generator."""

    def __init__(self, rng):
        self.rng = rng
        # A generator of its own, so that a change of these options does not change the rest of the scene.
        self.lens_rng = lens_rng = np.random.default_rng(rng.bit_generator.seed_seq.spawn(1)[0])
        self.rim_softness = lens_rng.uniform(4, 16) if lens_rng.random() < .4 else 0
        self.rim_fur = lens_rng.uniform(.2, 1) if lens_rng.random() < .5 else 0
        self.object_scale = lens_rng.uniform(1.3, 2.4) if lens_rng.random() < .3 else 1
        self.saturation = lens_rng.uniform(.15, 1) if lens_rng.random() < .5 else 1
        self.downscale = lens_rng.uniform(1.5, 2.4) if lens_rng.random() < .2 else 1
        self.has_petals = lens_rng.random() < .25
        self.difficulty = rng.uniform(0, 1)
        self.paint = np.zeros((SIZE, SIZE), np.int32)
        self.pen = Image.new("L", (SIZE, SIZE), 0)
        self.colours = []
        self.objects = []
        offset_length = rng.choice([0, 0, 0, rng.uniform(3, 14)])
        angle = rng.uniform(0, 2 * np.pi)
        self.pen_offset = np.array([np.cos(angle), np.sin(angle)]) * offset_length
        self.pen_inset = rng.choice([0, 0, 0, rng.uniform(5, 18)])
        self.pen_width = int(rng.uniform(3, 8))
        self.base_colour = rng.uniform(0, 1, 3)

    def outline_points(self, kind, centre, radius):
        """Points of a closed outline of the given kind."""
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
        rotation = rng.uniform(0, 2 * np.pi) if rng.random() < .6 else 0
        rotation_matrix = np.array([[np.cos(rotation), np.sin(rotation)], [-np.sin(rotation), np.cos(rotation)]])
        return points @ rotation_matrix * radius + centre

    def paint_part(self, points, colour, line=True):
        """Paints a part over earlier ones and draws its outline; returns its mask."""
        self.colours.append(colour)
        shape = Image.new("L", (SIZE, SIZE), 0)
        ImageDraw.Draw(shape).polygon([tuple(p) for p in points], fill=255)
        mask = np.asarray(shape) > 0
        self.paint[mask] = len(self.colours)
        if not line:
            return mask
        self.pen.paste(0, mask=shape)
        inner = points
        if self.pen_inset:
            middle = points.mean(0)
            size = np.sqrt(mask.sum() / np.pi) + 1
            inner = middle + (points - middle) * max(.6, 1 - self.pen_inset / size)
        pen = [tuple(p) for p in inner + self.pen_offset]
        whole = pen + pen[:1]
        if self.rng.random() < .12:
            gap = int(self.rng.uniform(.1, .4) * len(whole))
            whole = whole[gap:]
        ImageDraw.Draw(self.pen).line(whole, 255, self.pen_width, joint="curve")
        return mask

    def draw_crease(self, points):
        """Draws an open line."""
        ImageDraw.Draw(self.pen).line([tuple(p) for p in points + self.pen_offset], 255, self.pen_width, joint="curve")

    def random_curve(self, start, length):
        """Points of an open curve: straight, bent, wavy or spiral."""
        rng, n = self.rng, 60
        bend = rng.choice([0, rng.uniform(-3, 3), rng.uniform(-9, 9)])
        angle = rng.uniform(0, 2 * np.pi) + np.linspace(0, bend, n) + rng.choice([0, .6]) * np.sin(np.linspace(0, rng.uniform(3, 15), n))
        steps = np.stack([np.cos(angle), np.sin(angle)], 1) * length / n
        return start + np.cumsum(steps, 0)

    def random_colour(self):
        """A colour near the base colour of the scene, any colour, a grey, or nearly black or white."""
        rng = self.rng
        if rng.random() < .35:
            return np.clip(self.base_colour + rng.normal(0, .12, 3), 0, 1)
        return rng.choice([rng.uniform(0, 1, 3), np.full(3, rng.uniform(0, 1)), np.full(3, rng.choice([.03, .97]))])

    def add_object(self):
        """Paints an object of several parts, with small features and creases."""
        rng = self.rng
        centre, radius = rng.uniform(.25, .75, 2) * SIZE, rng.uniform(90, 300) * self.object_scale
        before = len(self.colours)
        kinds = ["blob", "blob", "box", "star", "oval", "oval", "jagged"]
        whole = self.paint_part(self.outline_points(rng.choice(kinds), centre, radius), self.random_colour())
        for _ in range(int(rng.uniform(0, 7))):
            where = centre + rng.uniform(-1, 1, 2) * radius
            kind, size = rng.choice(kinds), radius * rng.uniform(.12, .6)
            mask = self.paint_part(self.outline_points(kind, where, size), self.random_colour())
            whole = whole | mask
        if rng.random() < .45:
            size = radius * rng.uniform(.04, .12)
            apart = radius * rng.uniform(.2, .4)
            colour = self.random_colour()
            for side in (-1, 1):
                self.paint_part(self.outline_points("oval", centre + [side * apart, -.2 * radius], size), colour, rng.random() < .7)
        if rng.random() < .3:
            row, size = int(rng.uniform(2, 6)), radius * rng.uniform(.08, .16)
            colour, kind = self.random_colour(), rng.choice(["box", "oval"])
            template = self.outline_points(kind, np.zeros(2), size)
            for i in range(row):
                for j in range(int(rng.uniform(1, 4))):
                    self.paint_part(template + centre + [(i - row / 2) * size * 3, (j - 1) * size * 3], colour)
        if self.has_petals:
            self.add_petals(centre, .8 * radius)
        for _ in range(int(rng.uniform(0, 6))):
            self.draw_crease(self.random_curve(centre + rng.uniform(-.8, .8, 2) * radius, radius * rng.uniform(.3, 1.6)))
        self.objects.append((before, len(self.colours), whole))

    def add_petals(self, centre, radius):
        """Paints rings of petals, the outermost first: small similar parts that are drawn, unlike pebbles."""
        lens_rng, colour = self.lens_rng, self.random_colour()
        for ring in np.linspace(.8, .15, int(lens_rng.uniform(3, 6))):
            count = int(lens_rng.uniform(5, 13))
            size = radius * ring * lens_rng.uniform(2, 3) / count + .06 * radius
            for angle in 2 * np.pi * (np.arange(count) + lens_rng.random()) / count:
                where = centre + radius * ring * np.array([np.cos(angle), np.sin(angle)])
                self.paint_part(self.outline_points("oval", where, size), np.clip(colour + lens_rng.normal(0, .06), 0, 1))

    def render(self):
        """Photo and truth image."""
        rng, difficulty = self.rng, self.difficulty
        for _ in range(int(rng.uniform(1, 4))):
            self.add_object()
        pen = np.asarray(self.pen) > 127
        picture = self.background()
        light = np.ones((SIZE, SIZE))
        for first, last, whole in self.objects:
            on_top = (self.paint > first) & (self.paint <= last)
            if rng.random() < .75:
                shift = rng.uniform(-30, 40, 2)
                shade = nd.gaussian_filter(nd.shift(whole.astype(float), shift, order=0), rng.uniform(4, 22))
                picture *= (1 - rng.uniform(.1, .6) * shade)[..., None]
            depth = nd.distance_transform_edt(on_top)
            self.add_part_textures(picture, first, last)
            if rng.random() < .7:
                around = np.exp(-depth / rng.uniform(15, 90))
                picture[on_top] *= (1 - rng.uniform(0, .5) * around)[on_top][:, None]
            if rng.random() < .6:
                slope = np.tensordot(rng.normal(0, 1, 2), (np.mgrid[:SIZE, :SIZE] - SIZE / 2) / SIZE, 1)
                picture[on_top] *= (1 + np.clip(slope * rng.uniform(.3, 1.2), -.6, .6))[on_top][:, None]
        sharp = 1.0
        if self.rim_softness:
            picture, sharp = self.soften_rim(picture, self.objects[0][2])
        ink = sharp * nd.gaussian_filter(pen.astype(float), rng.uniform(.6, 2.5)) * rng.uniform(.12, .9) * (1 - .6 * difficulty)
        picture *= (1 - np.clip(ink * 1.3, 0, .95))[..., None]
        for _ in range(rng.integers(0, 3)):
            cast = Image.new("L", (SIZE, SIZE), 0)
            shape = self.outline_points(rng.choice(["blob", "box", "jagged"]), rng.uniform(0, SIZE, 2), rng.uniform(150, 600))
            ImageDraw.Draw(cast).polygon([tuple(p) for p in shape], fill=255)
            light *= 1 - rng.uniform(.1, .55) * nd.gaussian_filter(np.asarray(cast) / 255, rng.uniform(2, 30))
        light *= 1 + .12 * smooth_noise(rng, 250)
        picture = picture * light[..., None]
        picture = self.saturation * picture + (1 - self.saturation) * picture.mean(-1, keepdims=True)
        return self.simulate_camera(picture), self.truth_image(pen)

    def soften_rim(self, picture, whole):
        """Blurs or frays the rim of an object, as a head before a room; returns the image and a mask of sharpness."""
        inside, outside = nd.distance_transform_edt(whole), nd.distance_transform_edt(~whole)
        near = np.exp(-.5 * ((inside + outside) / (1.8 * self.rim_softness)) ** 2)[..., None]
        hairs = self.rim_fur * self.rim_softness * np.stack([smooth_noise(self.lens_rng, 1.5) for _ in range(2)])
        frayed = np.stack([nd.map_coordinates(c, np.mgrid[:SIZE, :SIZE] + hairs, order=1, mode="nearest") for c in np.moveaxis(picture, -1, 0)], -1)
        blur = self.rim_softness * (1 - .7 * self.rim_fur)
        soft = nd.gaussian_filter(frayed, (blur, blur, 0))
        return picture * (1 - near) + soft * near, 1 - near[..., 0]

    def background(self):
        """A smooth gradient, some with soft spots, some with a texture."""
        rng = self.rng
        base, spread = (self.random_colour() if rng.random() < .6 else rng.uniform(.2, .9, 3)), rng.uniform(0, .3)
        drift = rng.uniform(40, 200)
        picture = np.stack([c + spread * smooth_noise(rng, drift) for c in base], -1)
        if rng.random() < .3:
            for _ in range(int(rng.uniform(4, 20))):
                spot = Image.new("L", (SIZE, SIZE), 0)
                shape = self.outline_points("blob", rng.uniform(0, SIZE, 2), rng.uniform(30, 250))
                ImageDraw.Draw(spot).polygon([tuple(p) for p in shape], fill=255)
                soft = nd.gaussian_filter(np.asarray(spot) / 255., rng.uniform(14, 40))[..., None]
                picture = picture * (1 - soft) + soft * self.random_colour()
        if rng.random() < .35 + .5 * self.difficulty:
            kind = rng.choice(["brick", "pebbles", "grass", "grass", "pebbles", "brick", "stripes", "grain", "checks", "fur"])
            pattern = render_texture(rng, kind)
            if rng.random() < .3:
                pattern = nd.gaussian_filter(pattern, rng.uniform(2, 8))
            picture += rng.uniform(.04, .22) * pattern[..., None]
        return picture.clip(.01, 1.1)

    def add_part_textures(self, picture, first, last):
        """Renders the parts of an object with their colours and textures."""
        rng, shared = self.rng, None
        if rng.random() < .6:
            shared = render_texture(rng, rng.choice(KINDS)) * rng.uniform(.03, .25)
        for part in range(first + 1, last + 1):
            mask = self.paint == part
            if not mask.any():
                continue
            colour = np.clip(self.colours[part - 1], .04, .96)
            pixels = np.broadcast_to(colour, (mask.sum(), 3)).copy()
            pattern = shared
            if rng.random() < .25:
                pattern = render_texture(rng, rng.choice(KINDS)) * rng.uniform(.03, .3)
            if pattern is not None:
                pixels *= 1 + (pattern[mask] * (1.5 if rng.random() < .2 else 1))[:, None]
            pixels += rng.uniform(0, .02) * smooth_noise(rng, 1.2)[mask][:, None]
            picture[mask] = pixels.clip(.005, 1)

    def simulate_camera(self, picture):
        """Adds blur, fog and noise, and quantises to 8 bits."""
        rng = self.rng
        blur = rng.uniform(3, 6) if rng.random() < .1 else rng.uniform(.4, 1.2 + 2 * self.difficulty)
        picture = nd.gaussian_filter(picture.clip(0, 1), (blur, blur, 0))
        fog = rng.uniform(0, .45) * self.difficulty * rng.integers(0, 2)
        picture = picture * (1 - fog) + fog * rng.uniform(.3, .9)
        grain = rng.uniform(0, .05) * (.3 + self.difficulty)
        picture += grain * rng.standard_normal(picture.shape) * .5 + grain * rng.standard_normal(picture.shape[:2])[..., None]
        photo = Image.fromarray((picture.clip(0, 1) * 255).astype(np.uint8))
        return photo.resize([int(SIZE / self.downscale)] * 2, Image.Resampling.BOX)

    def truth_image(self, pen):
        """Black on lines, grey on edges of paint without a line, else white."""
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
