//! The operator's staff, and a little that they have done.

use super::{Seed, Who};
use http::Method;
use serde_json::json;
use torg_platform::Result;
use torg_sandbox::people::{Person, staff};

/// Gives everybody of the staff their role; the first time, something to look at.
pub(super) async fn sow(seed: &Seed<'_>, people: &[Person]) -> Result<()> {
    let staff = staff();
    for member in &staff {
        let path = format!("/api/admin/staff/{}/roles/{}", member.id, member.role);
        seed.call(Who::Operator, Method::PUT, &path, None).await?;
        // So that the panel knows their names.
        let who = Who::Person(member);
        seed.call(who, Method::GET, "/api/app", None).await?;
    }
    let of_role = |role| staff.iter().find(move |member| member.role == role);
    let (Some(finance), Some(support)) = (of_role("finance"), of_role("support")) else {
        return Ok(());
    };
    let Some(customer) = people.iter().find(|person| person.role == "customer") else {
        return Ok(());
    };
    let card = format!("/api/admin/users/{}", customer.id);
    let there = seed.call(Who::Operator, Method::GET, &card, None).await?;
    if there["notes"]
        .as_array()
        .is_none_or(|notes| !notes.is_empty())
    {
        return Ok(());
    }
    let path = format!("{card}/notes");
    let note = json!({ "text": "Просит звонить после 18:00. Всегда отвечает исполнителям." });
    seed.call(Who::Person(support), Method::POST, &path, Some(note))
        .await?;
    // Together they change nothing.
    for (amount, reason) in [
        ("25.00", "Компенсация: исполнитель не приехал"),
        (
            "-25.00",
            "Компенсация начислена по ошибке, заказ был другой",
        ),
    ] {
        let path = format!("{card}/adjustments");
        let body = json!({ "currency": "RUB", "amount": amount, "reason": reason });
        seed.call(Who::Person(finance), Method::POST, &path, Some(body))
            .await?;
    }
    Ok(())
}
