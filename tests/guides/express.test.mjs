import { promisesOfAGuard } from "./guarded.mjs";

promisesOfAGuard("express", async (guide, hallpass) => {
  const [, url] = await guide.startScript({ HALLPASS_URL: hallpass.url, PORT: "0" }, /(http:\S+)/);
  return url;
});
