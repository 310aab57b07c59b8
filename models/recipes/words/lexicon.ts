import { ATTRIBUTES, indexOf, type Attribute } from './attributes.ts';

/**
 * The words the house models are taught, written by us. `hue` and `hue2` are degrees in OKLCh,
 * everything else runs from -1 to 1; `is=` names a thing. A line that begins with `!` names a
 * colour outright and outweighs the hue that a scene merely suggests ("red ocean" is red).
 */
const LINES = `
! red crimson scarlet ruby vermilion maroon cherry: hue=21 chroma=.9
! orange tangerine apricot copper: hue=52 chroma=.85
! amber gold golden honey brass: hue=80 chroma=.7
! yellow lemon canary: hue=103 chroma=.85 light=.4
! lime chartreuse: hue=122 chroma=.85 light=.2
! green emerald jade viridian: hue=148 chroma=.75
! mint sage: hue=160 chroma=.1 light=.4
! teal turquoise cyan aqua: hue=197 chroma=.65
! blue azure sapphire cobalt navy: hue=257 chroma=.85
! indigo: hue=278 chroma=.7 light=-.3
! violet purple lavender lilac amethyst plum: hue=303 chroma=.8
! magenta fuchsia: hue=335 chroma=.9
! pink salmon blush: hue=358 chroma=.7 light=.3
! brown chocolate bronze sepia: hue=55 chroma=-.1 light=-.4
! black noir ebony onyx: chroma=-1 light=-1 contrast=.5 valence=-.5
! white pale ivory: chroma=-1 light=1 contrast=-.2
! grey gray monochrome charcoal silver: chroma=-1 light=0
rainbow spectrum prismatic iridescent multicolored: spectrum=1 chroma=.9 contrast=.2 valence=.7
colorful colourful vivid: spectrum=.5 chroma=1 contrast=.4 valence=.7
pastel soft: chroma=-.4 light=.8 contrast=-.6 hardness=-.8 energy=-.5 brightness=-.4
ocean sea maritime: hue=235 hue2=195 chroma=.4 warp=.5 detail=-.3 water=1 glow=.2 stripes=.3 tempo=-.4 reverb=.7 pad=.6 energy=-.3
wave waves surf tide: hue=230 warp=.8 stripes=.6 water=.8 pace=.3 reverb=.4
lagoon tropical island beach: hue=195 hue2=80 chroma=.6 light=.4 water=.9 sun=.5 valence=.6 pluck=.5
river lake pond fjord: hue=220 hue2=150 water=.9 chroma=.2 hills=.5 tempo=-.3
waterfall: hue=215 water=.7 stripes=.6 hills=.6 pace=.6 reverb=.5
rain rainy drizzle: hue=240 chroma=-.4 light=-.3 stripes=.6 hardness=-.2 tempo=-.2 valence=-.4 reverb=.5 keys=.7
storm stormy thunder tempest lightning: hue=260 chroma=-.2 light=-.7 contrast=.8 warp=1 detail=.3 energy=.9 tempo=.5 valence=-.6 percussion=.8 pace=.8
fire fiery flame inferno blaze: hue=40 hue2=75 chroma=.9 light=0 contrast=.7 warp=.8 glow=.8 energy=.8 tempo=.5 percussion=.6 pace=.7
lava magma volcano volcanic: hue=30 hue2=60 chroma=1 light=-.6 contrast=.9 warp=.5 glow=.9 relief=.8 hills=.8 energy=.6
sunset dusk ember twilight evening: hue=40 hue2=330 chroma=.7 light=-.1 glow=.7 sun=1 contrast=.3 tempo=-.3 valence=.2 reverb=.4
dawn sunrise morning daybreak: hue=60 hue2=350 chroma=.4 light=.5 glow=.7 sun=1 hardness=-.5 tempo=-.2 valence=.7 bell=.4
sun sunny sunshine noon: hue=90 hue2=230 chroma=.6 light=.5 sun=1 glow=.6 valence=.8 energy=.2
sky heaven air: hue=240 hue2=60 chroma=.2 light=.5 warp=.3 hardness=-.5
night midnight nocturne: hue=270 hue2=290 chroma=0 light=-.9 stars=1 glow=.2 tempo=-.4 valence=-.4 register=-.3 brightness=-.6 reverb=.6
dark darkness shadow gloomy: light=-.9 contrast=.3 valence=-.6 brightness=-.6
moon lunar moonlight: hue=265 chroma=-.6 light=-.5 sun=.7 stars=.8 glow=.5 tempo=-.4 bell=.3
stars starry constellation: light=-.8 stars=1 hue=270 glow=.4 bell=.6 register=.5
galaxy cosmic cosmos nebula space universe: hue=300 hue2=240 chroma=.5 light=-.7 stars=1 glow=.9 warp=.6 pad=.9 reverb=1 tempo=-.5
aurora borealis polar: hue=160 hue2=310 chroma=.6 light=-.5 glow=1 stripes=.7 stars=.8 warp=.4 pad=.8 reverb=.9
forest jungle woods woodland rainforest: hue=145 hue2=110 chroma=.3 light=-.3 detail=.3 hills=.6 pluck=.6 tempo=-.1
leaf moss garden: hue=135 hue2=100 chroma=.4 light=.1 detail=.3 pluck=.5 valence=.4
meadow spring grass prairie: hue=130 hue2=95 chroma=.6 light=.6 valence=.9 pluck=.6 tempo=.2 hills=.2
floral bloom petals: hue=355 hue2=110 chroma=.6 light=.4 rings=.5 valence=.7 bell=.3 is=flower
desert sand dune dunes sahara: hue=72 hue2=50 chroma=.35 light=.4 stripes=.5 relief=.7 hills=.6 detail=-.3 pluck=.5 tempo=-.1 water=-1
canyon mesa cliff rock stone: hue=48 hue2=250 chroma=.3 relief=.9 hills=.9 stripes=.5 contrast=.4 water=-.8
mountain mountains alps peaks valley: hue=250 hue2=220 chroma=-.2 hills=1 relief=.8 contrast=.3 pad=.4
hill hills countryside: hue=130 hue2=220 hills=.6 chroma=.3 valence=.4
summer: hue=95 hue2=220 chroma=.6 light=.5 sun=.7 valence=.9 energy=.4 tempo=.3
autumn fall harvest: hue=50 hue2=90 chroma=.5 light=-.1 hills=.5 valence=-.1 keys=.5 tempo=-.2
snow ice winter frozen snowy icy frost glacier arctic: hue=232 hue2=210 chroma=-.6 light=.8 contrast=-.2 detail=.4 hardness=.3 bell=.9 register=.6 tempo=-.2
crystalline diamond glass prism gem: hue=200 hue2=300 chroma=.1 hardness=.9 detail=.5 contrast=.6 bell=1 register=.6 brightness=.6
metal metallic steel chrome iron mercury: hue=250 chroma=-.9 relief=1 contrast=.8 hardness=.4 percussion=.5 brightness=.6
pearl opal: spectrum=.4 hue=340 hue2=200 chroma=-.5 light=.8 relief=.5 glow=.6 hardness=-.4
neon cyber cyberpunk electric laser: hue=335 hue2=205 chroma=1 light=-.6 contrast=.9 glow=1 hardness=.4 energy=.7 tempo=.5 percussion=.8 brightness=.8
retro vintage nostalgic: hue=60 hue2=190 chroma=-.1 contrast=.1 light=.1 swing=.4 keys=.6
synthwave vaporwave: hue=340 hue2=230 chroma=.9 light=-.4 sun=1 stripes=.6 glow=.8 hardness=.5 tempo=.2 percussion=.6 pad=.6
city urban skyline: hue=260 hue2=50 chroma=.1 light=-.3 hardness=.7 hills=.4 percussion=.4 energy=.3
calm peaceful serene tranquil meditative still: detail=-.6 warp=-.4 contrast=-.4 hardness=-.6 energy=-.9 tempo=-.7 density=-.5 reverb=.6 pad=.6 valence=.4 pace=-.7
slow slowly gentle quiet adagio lullaby: detail=-.4 energy=-.8 tempo=-1 density=-.5 pace=-.9
fast quick rapid presto speedy swift: energy=.6 tempo=1 density=.6 pace=1
lively upbeat energetic allegro: energy=.8 tempo=.8 density=.5 pace=.7 valence=.6
dreamy ethereal dream dreams: hardness=-.9 contrast=-.5 glow=.8 light=.3 warp=.3 reverb=1 pad=.9 tempo=-.5 brightness=-.3
misty fog mist haze foggy: hardness=-.9 contrast=-.8 chroma=-.4 light=.3 detail=-.4 reverb=.8 tempo=-.4
chaos chaotic wild frantic turbulent: warp=1 detail=.8 contrast=.6 energy=1 tempo=.8 density=.9 percussion=.7 pace=.9
geometric grid cubic angular: hardness=1 warp=-.8 detail=.2 swing=-.5
ring rings ripple ripples circle circles concentric: rings=1 warp=-.2
spiral vortex swirl whirlpool: rings=.6 warp=.9 pace=.5
stripes lines zebra bands: stripes=1 hardness=.7
marble liquid fluid ink oil: warp=1 stripes=.4 relief=.3 detail=.1 pace=.1
silk silky velvet satin ribbon: warp=.6 hardness=-.6 relief=.8 glow=.3 detail=-.3
smoke cloud clouds cloudy: chroma=-.5 warp=.8 hardness=-.9 detail=-.1 glow=.3 reverb=.6
coral reef organic cell: warp=.5 detail=.6 relief=.6 hue=30 hue2=195 chroma=.5
detailed intricate complex ornate: detail=.9 density=.6
minimal simple minimalist sparse: detail=-.9 warp=-.3 density=-.8 contrast=.1 percussion=-.6
bright light radiant luminous: light=.7 glow=.5 contrast=.2 brightness=.8 valence=.5
glow glowing shining: glow=1 light=-.1
deep heavy: light=-.4 register=-.9 energy=.3 contrast=.3
happy joyful cheerful joy playful: hue=85 chroma=.7 light=.5 valence=1 energy=.5 tempo=.5 density=.3
sad melancholy lonely sorrow melancholic grief: hue=250 chroma=-.5 light=-.4 valence=-1 energy=-.6 tempo=-.6 keys=.7 reverb=.5
epic heroic cinematic majestic: contrast=.7 light=-.3 hills=.5 glow=.5 energy=.8 valence=.2 percussion=.8 pad=.7 reverb=.6 tempo=.1
mysterious eerie haunting spooky: hue=280 light=-.6 chroma=-.3 warp=.4 valence=-.8 bell=.5 reverb=.8 tempo=-.4
romantic love tender: hue=5 hue2=330 chroma=.4 light=.3 hardness=-.5 valence=.5 tempo=-.5 keys=.8
hopeful hope inspiring uplifting: light=.4 sun=.6 valence=.8 energy=.2 pad=.4
tense dramatic suspense: contrast=.8 light=-.4 valence=-.7 energy=.6 tempo=.3 density=.4
dance dancing party club disco: energy=1 tempo=.7 percussion=1 density=.5 chroma=.7 pace=.6 valence=.5
march marching: tempo=.3 energy=.6 percussion=.9 swing=-.5
waltz: tempo=.1 valence=.4 keys=.6 swing=.2
lofi chill study relaxing: energy=-.5 tempo=-.4 swing=.6 keys=.9 percussion=.4 brightness=-.7 reverb=.2 chroma=-.3
jazz jazzy swing: swing=1 keys=.9 percussion=.4 hue=60 chroma=.1 tempo=.1
ambient drone atmospheric: energy=-.9 tempo=-.8 density=-.7 pad=1 percussion=-1 reverb=1 detail=-.5
piano pianist: keys=1
guitar harp koto lute strum: pluck=1
bells chime chimes musicbox celesta glockenspiel: bell=1 register=.6
strings orchestra choir violin orchestral: pad=1 reverb=.6
drums drum beat techno drumming: percussion=1 energy=.7 tempo=.5
high: register=.8
low bass: register=-.9
warm cozy: hue=60 hue2=30 chroma=.4 glow=.4 light=.1 brightness=-.3 keys=.4
cold cool chilly: hue=235 hue2=210 chroma=.1 light=.2 bell=.4
planet saturn jupiter world moonlet: is=planet
mushroom toadstool fungus: is=mushroom
fish goldfish shark koi: is=fish
tree pine oak bonsai sapling: is=tree hue=140
house cottage hut home cabin: is=house
flower rose tulip daisy blossom sunflower: is=flower
potion flask bottle elixir vial: is=potion
ghost phantom spirit spectre: is=ghost
crystal gemstone quartz shard: is=crystal
rocket spaceship shuttle missile: is=rocket
cat kitten kitty feline: is=cat
star: is=star stars=.8 light=-.5
heart valentine: is=heart
cactus succulent: is=cactus hue=145
boat ship sailboat yacht: is=boat
bird sparrow chick owl parrot: is=bird
robot android droid mech: is=robot
cake cupcake dessert: is=cake
`;

/** Words that say nothing about the result: without them "the" would look like "theatre". */
export const SILENT_WORDS = (
  'a an the of in on at by to for with and or over under near from into through between above below very some ' +
  'my your his her their its this that these those is are was be it as like no not one two three big small large ' +
  'little huge tiny picture image photo painting drawing art style music song piece video film scene view table ' +
  'chair paper window person man woman people thing make made please really quite nice good best beautiful'
).split(' ');

/** A scene only suggests its hue: less than a colour named outright. */
const SUGGESTED_HUE = 0.55;

export type Entry = {
  word: string;
  /** f32[ATTRIBUTES] */
  values: Float32Array;
  /** f32[ATTRIBUTES], how surely the word speaks about each; 0 where it says nothing */
  confidence: Float32Array;
};

export function lexicon(): Entry[] {
  return LINES.trim().split('\n').flatMap(parseLine);
}

function parseLine(line: string): Entry[] {
  const [head, tail] = line.split(':');
  const namesColour = head!.startsWith('!');
  const values = new Float32Array(ATTRIBUTES.length);
  const confidence = new Float32Array(ATTRIBUTES.length);
  const say = (attribute: Attribute, value: number, sure: number) => {
    const index = indexOf(attribute);
    if (index < 0) throw new Error(`lexicon: no attribute ${attribute}`);
    values[index] = value;
    confidence[index] = sure;
  };
  for (const pair of tail!.trim().split(/\s+/)) {
    const [name, text] = pair.split('=') as [string, string];
    if (name === 'is') say(text as Attribute, 1, 1);
    else if (name === 'hue' || name === 'hue2') {
      const sure = namesColour ? 1 : SUGGESTED_HUE;
      const angle = (Number(text) * Math.PI) / 180;
      say(`${name}_cos`, Math.cos(angle), sure);
      say(`${name}_sin`, Math.sin(angle), sure);
    } else say(name as Attribute, Number(text), name === 'chroma' && !namesColour ? 0.7 : 1);
  }
  return head!
    .replace('!', '')
    .trim()
    .split(/\s+/)
    .map((word) => ({ word, values, confidence }));
}
