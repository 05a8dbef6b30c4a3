/** The sample picture: an evening on the coast, painted from the back to the front. */
import { berth, boatBox, paintBoat } from './boat.js';
import { hex } from './color.js';
import { paintHeadland, paintIslets, paintSurf, waterline } from './headland.js';
import { paintHills } from './hills.js';
import { paintHouse } from './house.js';
import { type Box, type Layer, newLayer, overlay, paint } from './layer.js';
import { paintLampLight, paintLighthouse } from './lighthouse.js';
import { paintPine } from './pine.js';
import { paintBank, paintDooryard, paintTrees } from './plants.js';
import { paintReflection, paintSea } from './sea.js';
import { everywhere, height, horizon, width } from './setting.js';
import { smoothstep } from './shapes.js';
import { paintGulls, paintSky } from './sky.js';

export function paintScene(): Layer {
  const picture = newLayer(width, height);
  paintSky(picture);
  paintGulls(picture);
  paintSea(picture);
  const hills = { left: 0, top: 150, right: width, bottom: horizon + 2 };
  standInWater(picture, paintHills, hills, () => horizon, 0.7);
  standInWater(picture, paintBoat, boatBox, () => berth.y - 1, 0.75);
  const coast = { left: 280, top: 30, right: width, bottom: height };
  standInWater(picture, paintCoast, coast, waterline, 0.85);
  paintSurf(picture);
  paintIslets(picture);
  paintLampLight(picture);
  paintPine(picture);
  paintBank(picture);
  darkenCorners(picture);
  return picture;
}

/** Leads the eye to the middle. */
function darkenCorners(picture: Layer): void {
  const dusk = hex('#14102e');
  const middle = { x: 0.5 * width, y: 0.52 * height };
  paint(
    picture,
    everywhere,
    (x, y) => 0.42 * smoothstep(0.72, 1.45, Math.hypot((x - middle.x) / middle.x, (y - middle.y) / middle.y)),
    () => dusk,
  );
}

function paintCoast(layer: Layer): void {
  paintTrees(layer);
  paintHeadland(layer);
  paintHouse(layer);
  paintLighthouse(layer);
  paintDooryard(layer);
}

/** Paints something that rises out of the water within `box`, and its reflection below it. */
function standInWater(
  picture: Layer,
  paintIt: (layer: Layer) => void,
  box: Box,
  waterline: (x: number) => number,
  strength: number,
): void {
  const layer = newLayer(width, height);
  paintIt(layer);
  const water = { left: box.left - 20, top: horizon, right: box.right + 20, bottom: 2 * box.bottom - box.top };
  paintReflection(picture, layer, water, waterline, strength);
  overlay(picture, box, layer);
}
