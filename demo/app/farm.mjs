// The farm administration's own data. It lives in memory: a restart of the demo starts afresh.

/**
 * Outlines are metres east and north of the farm's south-west corner. Piet's Achterveld came from
 * another program that writes north before east, so it lies outside the plan: that is the bug his
 * ticket is about, and it shows in his account alone.
 */
const achterveldAsImported = [
  [250, 1180], [262, 1420], [88, 1452], [64, 1270], [130, 1204],
];

function parcel(id, tenantId, name, crop, outline) {
  return { id, tenantId, name, crop, outline };
}

const parcels = () => [
  parcel("p-1", "de-akker", "Huiskamp", "Grass", [[110, 530], [390, 520], [400, 800], [140, 820]]),
  parcel("p-2", "de-akker", "Langeweide", "Grass", [[430, 520], [655, 515], [645, 790], [440, 800]]),
  parcel("p-3", "de-akker", "Middenveld", "Potatoes", [[770, 525], [1030, 515], [1040, 790], [760, 785]]),
  parcel("p-4", "de-akker", "Kerkakker", "Wheat", [[1080, 515], [1490, 525], [1510, 810], [1080, 795]]),
  parcel("p-5", "de-akker", "Slootkant", "Wheat", [[120, 80], [630, 70], [640, 380], [130, 395]]),
  parcel("p-7", "de-akker", "Achterveld", "Sugar beet", achterveldAsImported),
  parcel("p-11", "de-linde", "Lindehof", "Wheat", [[200, 200], [760, 180], [780, 600], [180, 640]]),
  parcel("p-12", "de-linde", "De Kamp", "Grass", [[860, 210], [1380, 240], [1340, 660], [840, 620]]),
];

const tickets = () => [
  {
    id: "T-1",
    subject: "The parcel does not show on the map",
    customerId: "piet",
    tenantId: "de-akker",
    status: "Open",
    openedAt: "2026-11-18T08:12:00Z",
    messages: [
      {
        from: "Piet de Boer",
        at: "2026-11-18T08:12:00Z",
        text: "I added the Achterveld last week. It is in my list of parcels, but I cannot find it on the map. I need it there for the manure plan.",
      },
      {
        from: "Jan",
        at: "2026-11-18T09:40:00Z",
        text: "Thank you, Piet. On our side the map looks fine, so I would like to see what you see. I will ask you for access here in this ticket; you decide until when.",
      },
    ],
  },
  {
    id: "T-2",
    subject: "How do I print the crop plan?",
    customerId: "els",
    tenantId: "de-linde",
    status: "Open",
    openedAt: "2026-11-17T14:03:00Z",
    messages: [
      { from: "Els Vos", at: "2026-11-17T14:03:00Z", text: "Is there a way to print the crop plan on one page?" },
    ],
  },
  {
    id: "T-3",
    subject: "Colours of the crops are hard to tell apart",
    customerId: "piet",
    tenantId: "de-akker",
    status: "Open",
    openedAt: "2026-11-12T07:30:00Z",
    messages: [
      {
        from: "Piet de Boer",
        at: "2026-11-12T07:30:00Z",
        text: "Grass and wheat look nearly the same on my screen.",
      },
    ],
  },
];

const byId = (items) => new Map(items.map((item) => [item.id, item]));

export function newFarm() {
  return {
    people: byId([
      { id: "piet", name: "Piet de Boer", email: "piet@example.nl", role: "Farmer", tenantId: "de-akker" },
      { id: "els", name: "Els Vos", email: "els@example.nl", role: "Farmer", tenantId: "de-linde" },
    ]),
    tenants: byId([
      { id: "de-akker", name: "De Akker", width: 1600, height: 900 },
      { id: "de-linde", name: "De Linde", width: 1600, height: 900 },
    ]),
    tickets: byId(tickets()),
    parcels: byId(parcels()),
  };
}

/** Area in hectares, by the shoelace formula. */
export function hectares(outline) {
  let twice = 0;
  for (let at = 0; at < outline.length; at++) {
    const [east, north] = outline[at];
    const [nextEast, nextNorth] = outline[(at + 1) % outline.length];
    twice += east * nextNorth - nextEast * north;
  }
  return Math.abs(twice) / 2 / 10_000;
}

/** Reads an outline of 3 to 200 corners, whole metres from 0 to 20,000; null where it is none. */
export function readOutline(value) {
  if (!Array.isArray(value) || value.length < 3 || value.length > 200) return null;
  const fits = (metres) => Number.isInteger(metres) && metres >= 0 && metres <= 20_000;
  const corners = value.every((corner) => Array.isArray(corner) && corner.length === 2 && corner.every(fits));
  return corners ? value.map(([east, north]) => [east, north]) : null;
}
