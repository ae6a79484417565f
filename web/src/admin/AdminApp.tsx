import { Screen } from "@/kit/Screen";

export default function AdminApp() {
  return <Screen title="" back="/"><p /></Screen>;
}
