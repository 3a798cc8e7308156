import { join } from "node:path";
import { startHallpass } from "./hallpass.mjs";
import { promisesOfAPage } from "./people.mjs";

promisesOfAPage("html", async (guide) => {
  const hallpass = await startHallpass("--static", join(guide.folder, "public"));
  return { hallpass, url: hallpass.url };
});
