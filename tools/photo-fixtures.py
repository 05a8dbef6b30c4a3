"""
Makes test/image/formats/photos: a small photo for every cell of the README's table of formats, and expected.json, what decoders that are
not vggdraw's make of each: Pillow with Little CMS, avifdec, and heif-convert. Needs Debian's python3-pil, python3-numpy, webp,
libavif-bin and libheif-examples.

usage: python3 tools/photo-fixtures.py
"""
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps, features

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../test/image/formats/photos')

# Blocks of 8 × 8, three in a row: what a camera's profile makes of red, green and blue is far from what they are in sRGB.
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (200, 140, 110), (30, 50, 20)]
# Of CMYK, in the inks of a page.
INKS = [(255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 128), (100, 60, 20, 30), (0, 128, 200, 0)]
ALPHAS = [255, 128, 0, 64, 255, 200]


def blocks(colours, dtype=np.uint8):
    rows = np.array(colours, dtype).reshape(2, 3, -1)
    return np.repeat(np.repeat(rows, 8, 0), 8, 1)


PLAIN = Image.fromarray(blocks(COLOURS))
OTHER = Image.fromarray(blocks(COLOURS[::-1]))
CLEAR = Image.fromarray(blocks([colour + (alpha,) for colour, alpha in zip(COLOURS, ALPHAS)]))
DEEP = blocks(COLOURS).astype(np.uint16) * 257 + 100 * (blocks(COLOURS) < 200)


# Profiles

def fixed(*values):
    return b''.join(struct.pack('>i', round(value * 65536)) for value in values)


def profile(space, kind, pcs, tags):
    """An ICC profile, version 4."""
    head = struct.pack('>I4sI4s4s4s', 0, b'none', 0x04300000, kind, space, pcs) + struct.pack('>6H', 2020, 1, 1, 0, 0, 0)
    head += b'acsp' + bytes(28) + fixed(0.9642, 1, 0.8249) + bytes(48)
    table, data, at = b'', b'', 132 + 12 * len(tags)
    for name, tag in tags:
        tag += bytes(-len(tag) % 4)
        table += struct.pack('>4sII', name, at + len(data), len(tag))
        data += tag
    whole = head + struct.pack('>I', len(tags)) + table + data
    return struct.pack('>I', len(whole)) + whole[4:]


def text(words):
    return b'mluc' + bytes(4) + struct.pack('>II4sII', 1, 12, b'enUS', 2 * len(words), 28) + words.decode().encode('utf-16be')


def xyz(values):
    return b'XYZ ' + bytes(4) + fixed(*values)


def gamma(power):
    return b'curv' + bytes(4) + struct.pack('>IH', 1, round(256 * power))


def srgb_curve():
    return b'para' + bytes(4) + struct.pack('>HH', 3, 0) + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def matrix_profile(columns, curve):
    tags = [(b'desc', text(b'test')), (b'cprt', text(b'CC0')), (b'wtpt', xyz((0.9642, 1, 0.8249)))]
    for name, column in zip((b'r', b'g', b'b'), columns):
        tags += [(name + b'XYZ', xyz(column)), (name + b'TRC', curve)]
    return profile(b'RGB ', b'mntr', b'XYZ ', tags)


# As Apple and Adobe publish them.
P3_COLUMNS = ((0.515121, 0.241196, -0.001053), (0.291977, 0.692245, 0.041885), (0.157104, 0.066574, 0.784073))
ADOBE_COLUMNS = ((0.609741, 0.311111, 0.019470), (0.205276, 0.625671, 0.060867), (0.149185, 0.063217, 0.744568))
P3 = matrix_profile(P3_COLUMNS, srgb_curve())
ADOBE = matrix_profile(ADOBE_COLUMNS, gamma(2.19921875))
GREY = profile(b'GRAY', b'mntr', b'XYZ ', [(b'desc', text(b'test')), (b'wtpt', xyz((0.9642, 1, 0.8249))), (b'kTRC', gamma(1.2))])


def ink_profile():
    """Inks of nobody's press: a table of 2^4 Lab colours (lut8Type)."""
    lab = bytearray()
    for node in range(16):
        c, m, y, k = [(node >> shift) & 1 for shift in (3, 2, 1, 0)]
        light = (100 - 35 * c - 45 * m - 8 * y) * (1 - 0.85 * k)
        a, b = (-30 * c + 65 * m - 4 * y) * (1 - k), (-42 * c - 4 * m + 80 * y) * (1 - k)
        lab += bytes((round(max(light, 0) * 2.55), round(128 + a), round(128 + b)))
    ramp = bytes(range(256))
    table = b'mft1' + bytes(4) + bytes((4, 3, 2, 0)) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + 4 * ramp + bytes(lab) + 3 * ramp
    return profile(b'CMYK', b'prtr', b'Lab ', [(b'desc', text(b'test')), (b'wtpt', xyz((0.9642, 1, 0.8249))), (b'A2B0', table)])


INK = ink_profile()


# Files that Pillow does not write

def png(rows, colour_type, depth, chunks=()):
    def chunk(name, data):
        return struct.pack('>I', len(data)) + name + data + struct.pack('>I', zlib.crc32(name + data))

    height, width = rows.shape[:2]
    raw = b''.join(b'\0' + row.astype('>u2' if depth == 16 else 'u1').tobytes() for row in rows)
    head = struct.pack('>IIBBBBB', width, height, depth, colour_type, 0, 0, 0)
    parts = [chunk(b'IHDR', head), *[chunk(*named) for named in chunks], chunk(b'IDAT', zlib.compress(raw)), chunk(b'IEND', b'')]
    return b'\x89PNG\r\n\x1a\n' + b''.join(parts)


def tiff16(rows):
    height, width = rows.shape[:2]
    pixels = rows.astype('<u2').tobytes()
    values = 8 + len(pixels)
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, values), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 8), (277, 3, 1, 3)]
    entries += [(278, 4, 1, height), (279, 4, 1, len(pixels))]
    directory = struct.pack('<H', len(entries)) + b''.join(struct.pack('<HHII', *entry) for entry in entries) + bytes(4)
    return b'II*\0' + struct.pack('<I', values + 6) + pixels + struct.pack('<3H', 16, 16, 16) + directory


def bmp32(rows):
    """With masks for all four channels, in the header of Windows 95."""
    height, width = rows.shape[:2]
    pixels = rows[::-1].astype(np.uint8).tobytes()
    masks = struct.pack('<4I', 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    head = struct.pack('<IiiHHIIiiII', 108, width, height, 1, 32, 3, len(pixels), 0, 0, 0, 0) + masks + b'BGRs' + bytes(48)
    return b'BM' + struct.pack('<IHHI', 14 + len(head) + len(pixels), 0, 0, 14 + len(head)) + head + pixels


# Encoders

def saved(kind, image=PLAIN, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def encoded(ending, *command, **inputs):
    """What a program makes of files: in the command, their names stand for them, and OUT for the output."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {'OUT': os.path.join(folder, 'out' + ending)}
        for name, (kind, data) in inputs.items():
            paths[name] = os.path.join(folder, name + kind)
            with open(paths[name], 'wb') as file:
                file.write(data)
        run(*[paths.get(word, word) for word in command])
        with open(paths['OUT'], 'rb') as file:
            return file.read()


def avif(*options, a=('.png', saved('PNG')), **inputs):
    return encoded('.avif', 'avifenc', '--min', '0', '--max', '12', '--speed', '6', *options, 'a', *inputs, 'OUT', a=a, **inputs)


def heic(*options, a=('.png', saved('PNG')), **inputs):
    return encoded('.heic', 'heif-enc', '-q', '85', '-p', 'chroma=444', *options, 'a', *inputs, '-o', 'OUT', a=a, **inputs)


def turned_heic():
    """As phones write them: the camera's orientation in EXIF, which is to be left aside, and a turn of the picture for the decoder."""
    file = heic(a=('.jpg', saved('JPEG', quality=95, subsampling=0, exif=TURNED)))
    depth = struct.pack('>I4sI4B', 16, b'pixi', 0, 3, 8, 8, 8)
    assert file.count(depth) == 1
    return file.replace(depth, struct.pack('>I4sB7x', 16, b'irot', 3))


def coded_heic(primaries, transfer):
    """With the numbers of a colour space as a property, for which that of the depth gives its place in the list: heif-enc writes none."""
    file = bytearray(heic())
    box = struct.pack('>I4s4sHHHB', 19, b'colr', b'nclx', primaries, transfer, 6, 128)
    # Where boxes begin: iloc, and from outside in those that grow, the last of which ends where ipma begins.
    places = {name: file.index(name) - 4 for name in (b'meta', b'iprp', b'ipco', b'ipma', b'iloc')}
    for name in (b'meta', b'iprp', b'ipco'):
        size, = struct.unpack_from('>I', file, places[name])
        struct.pack_into('>I', file, places[name], size + len(box))
    items, = struct.unpack_from('>H', file, places[b'iloc'] + 14)
    for i in range(items):
        at = places[b'iloc'] + 16 + 20 * i
        _, method, _, _, _, offset = struct.unpack_from('>HHHIHI', file, at)
        if method == 0:
            struct.pack_into('>I', file, at + 12, offset + len(box))
    associations = places[b'ipma'] + 16
    at = file.index(b'\x84', associations)  # The fourth property, depth, essential.
    file[at] = 0x85
    file[places[b'ipma']:places[b'ipma']] = box
    return bytes(file)


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


TURNED = exif(6)
BEST = {'quality': 95, 'subsampling': 0}
LOSSLESS = {'lossless': True, 'exact': True}
DEEP_PNG = ('.png', png(DEEP, 2, 16))
CLEAR_PNG = ('.png', saved('PNG', CLEAR))
P3_PNG = ('.png', saved('PNG', icc_profile=P3))
TURNED_JPEG = ('.jpg', saved('JPEG', exif=TURNED, **BEST))
OTHER_PNG = ('.png', saved('PNG', OTHER))
P3_CODED = ('--cicp', '12/13/6')
# 0.31270 0.32900 of white, and so on for red, green and blue: P3 in PNG's numbers. The power is that of Adobe's.
P3_CHROMATICITIES = struct.pack('>8I', 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
WIDE_PNG = [(b'gAMA', struct.pack('>I', round(1e5 / 1.8))), (b'cHRM', P3_CHROMATICITIES)]

# Names are FORMAT-COLUMN, or FORMAT-COLUMN-WHICH.
FILES = {
    'jpeg-8.jpg': lambda: saved('JPEG', **BEST),
    'jpeg-8-cmyk.jpg': lambda: saved('JPEG', Image.fromarray(blocks(INKS), 'CMYK'), icc_profile=INK, quality=95),
    'jpeg-exif.jpg': lambda: TURNED_JPEG[1],
    'jpeg-profile-p3.jpg': lambda: saved('JPEG', icc_profile=P3, **BEST),
    'jpeg-profile-adobe.jpg': lambda: saved('JPEG', icc_profile=ADOBE, **BEST),
    'jpeg-profile-grey.jpg': lambda: saved('JPEG', PLAIN.convert('L'), icc_profile=GREY, quality=95),
    'png-8.png': lambda: saved('PNG'),
    'png-16.png': lambda: DEEP_PNG[1],
    'png-alpha.png': lambda: CLEAR_PNG[1],
    'png-exif.png': lambda: saved('PNG', exif=TURNED),
    'png-profile-p3.png': lambda: P3_PNG[1],
    'png-profile-16.png': lambda: png(DEEP, 2, 16, [(b'iCCP', b'test\0\0' + zlib.compress(ADOBE))]),
    'png-profile-coded.png': lambda: png(blocks(COLOURS), 2, 8, [(b'cICP', bytes((12, 13, 0, 1)))]),
    'png-profile-numbers.png': lambda: png(blocks(COLOURS), 2, 8, WIDE_PNG),
    'png-animation.png': lambda: saved('PNG', save_all=True, append_images=[OTHER]),
    'webp-8.webp': lambda: saved('WEBP', **LOSSLESS),
    'webp-8-lossy.webp': lambda: saved('WEBP', quality=95),
    'webp-alpha.webp': lambda: saved('WEBP', CLEAR, **LOSSLESS),
    'webp-exif.webp': lambda: saved('WEBP', exif=TURNED, **LOSSLESS),
    'webp-profile-p3.webp': lambda: saved('WEBP', icc_profile=P3, **LOSSLESS),
    'webp-animation.webp': lambda: saved('WEBP', save_all=True, append_images=[OTHER], **LOSSLESS),
    'avif-8.avif': lambda: avif(),
    'avif-8-tiles.avif': lambda: avif('--grid', '2x1', a=('.png', saved('PNG', PLAIN.resize((128, 128), 0)))),
    'avif-16.avif': lambda: avif('--depth', '10', a=DEEP_PNG),
    'avif-16-twelve.avif': lambda: avif('--depth', '12', a=DEEP_PNG),
    'avif-alpha.avif': lambda: avif(a=CLEAR_PNG),
    'avif-alpha-premultiplied.avif': lambda: avif('--premultiply', a=CLEAR_PNG),
    'avif-exif.avif': lambda: avif(a=TURNED_JPEG),
    'avif-profile-p3.avif': lambda: avif(a=P3_PNG),
    'avif-profile-coded.avif': lambda: avif(*P3_CODED),
    'avif-profile-coded-16.avif': lambda: avif(*P3_CODED, '--depth', '10', a=DEEP_PNG),
    'avif-profile-coded-alpha.avif': lambda: avif(*P3_CODED, a=CLEAR_PNG),
    'avif-animation.avif': lambda: avif(a=('.png', saved('PNG')), b=OTHER_PNG),
    'heic-8.heic': lambda: heic(),
    'heic-8-tiles.heic': lambda: heic(a=('.jpg', saved('JPEG', PLAIN.resize((144, 96), 0), **BEST))),
    'heic-16.heic': lambda: heic('-b', '10', a=DEEP_PNG),
    'heic-16-twelve.heic': lambda: heic('-b', '12', a=DEEP_PNG),
    'heic-alpha.heic': lambda: heic(a=CLEAR_PNG),
    'heic-exif.heic': turned_heic,
    'heic-profile-p3.heic': lambda: heic(a=P3_PNG),
    'heic-profile-coded.heic': lambda: coded_heic(12, 13),
    'heic-profile-16.heic': lambda: heic('-b', '10', a=('.png', png(DEEP, 2, 16, [(b'iCCP', b'test\0\0' + zlib.compress(ADOBE))]))),
    'heic-animation.heic': lambda: heic(b=OTHER_PNG),
    'tiff-8.tiff': lambda: saved('TIFF', compression='tiff_lzw'),
    'tiff-16.tiff': lambda: tiff16(DEEP),
    'tiff-alpha.tiff': lambda: saved('TIFF', CLEAR),
    'tiff-exif.tiff': lambda: saved('TIFF', tiffinfo={274: 6}),
    'tiff-profile-p3.tiff': lambda: saved('TIFF', icc_profile=P3, compression='tiff_adobe_deflate'),
    'tiff-animation.tiff': lambda: saved('TIFF', save_all=True, append_images=[OTHER], compression='tiff_lzw'),
    'gif-8.gif': lambda: saved('GIF', PLAIN.quantize(8)),
    'gif-alpha.gif': lambda: saved('GIF', PLAIN.quantize(8), transparency=1),
    'gif-animation.gif': lambda: saved('GIF', save_all=True, append_images=[OTHER]),
    'bmp-8.bmp': lambda: saved('BMP'),
    'bmp-alpha.bmp': lambda: bmp32(blocks([colour[::-1] + (alpha,) for colour, alpha in zip(COLOURS, ALPHAS)])),
}


# Decoders

def decoded(name, data):
    """The picture as it lies in the file, upright, and who has decoded it."""
    kind = os.path.splitext(name)[1]
    if kind not in ('.avif', '.heic'):
        image = Image.open(io.BytesIO(data))
        image.load()
        # Of TIFF Pillow turns pictures by itself.
        upright = image if kind == '.tiff' else ImageOps.exif_transpose(image)
        return upright, f'Pillow {Image.__version__}', image.info.get('icc_profile')
    # avifdec turns nothing, and heif-convert knows no animations of AVIF.
    program = 'avifdec' if kind == '.avif' and '-exif' not in name else 'heif-convert'
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, 'in' + kind), os.path.join(folder, 'out.png')
        with open(path, 'wb') as file:
            file.write(data)
        run(program, path, out)
        if not os.path.exists(out):  # Of several pictures.
            out = os.path.join(folder, 'out-1.png')
        image = Image.open(out)
        image.load()
    return image, program, image.info.get('icc_profile')


# Profiles of the files that say theirs in numbers.
NUMBERED = {'numbers': matrix_profile(P3_COLUMNS, gamma(1.8)), 'coded': P3}


def expectation(name, data):
    image, by, icc = decoded(name, data)
    column, *which = os.path.splitext(name)[0].split('-')[1:]
    if column == 'profile' and which[0] in NUMBERED:
        icc = NUMBERED[which[0]]
    alpha = image.convert('RGBA').getchannel('A')
    if icc:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile('sRGB')
        colours = image if image.mode in ('L', 'CMYK') else image.convert('RGB')
        image = ImageCms.profileToProfile(colours, source, target, ImageCms.Intent.PERCEPTUAL, outputMode='RGB')
        by += f', Little CMS {features.version("littlecms2")}'
    paper = Image.new('RGB', image.size, 'white')
    paper.paste(image.convert('RGB'), mask=alpha)
    columns, rows = (3, 2) if paper.width > paper.height or name.endswith('tiles.avif') else (2, 3)
    places = [(paper.width * (2 * x + 1) // (2 * columns), paper.height * (2 * y + 1) // (2 * rows)) for y in range(rows) for x in range(columns)]
    colours = ['%02x%02x%02x' % paper.getpixel(place) for place in places]
    return {'file': name, 'by': by, 'width': paper.width, 'height': paper.height, 'places': places, 'colours': colours}


def main():
    os.makedirs(FOLDER, exist_ok=True)
    expected = []
    for name, make in FILES.items():
        data = make()
        with open(os.path.join(FOLDER, name), 'wb') as file:
            file.write(data)
        expected.append(expectation(name, data))
        print(name, len(data), *expected[-1]['colours'])
    with open(os.path.join(FOLDER, 'expected.json'), 'w') as file:
        file.write('[\n' + ',\n'.join('  ' + json.dumps(row) for row in expected) + '\n]\n')


if __name__ == '__main__':
    sys.exit(main())
