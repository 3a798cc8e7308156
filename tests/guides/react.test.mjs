import { freePorts } from "../browser/free_ports.mjs";
import { startHallpass } from "./hallpass.mjs";
import { promisesOfAPage } from "./people.mjs";

promisesOfAPage("react", async (guide) => {
  const port = await freePorts();
  const hallpass = await startHallpass("--app-url", `http://127.0.0.1:${port}`);
  const [, url] = await guide.startScript({ HALLPASS_URL: hallpass.url, PORT: String(port) }, /(http:\S+)/);
  return { hallpass, url };
});
