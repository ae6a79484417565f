import { Screen } from "@/kit/Screen";

export default function WalletApp() {
  return <Screen title="" back="/"><p /></Screen>;
}
